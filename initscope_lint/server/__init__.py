"""The language server: what ``check``, ``stack`` and the fixes give, as an editor asks for it.

``analysis`` knows nothing of the protocol, ``protocol`` is all about it.
"""

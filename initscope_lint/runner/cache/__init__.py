"""What earlier runs have found, so that nothing is analysed twice.

A record is found by what it is about, and holds digests of everything that it depends on: it counts as long as these
are what they were. Its content can be lost, and it can be for another version or damaged, at no more cost than time.
"""

"""Programs as in ``programs``: Python's library, and what guards and helpers are made of."""

LIBRARY = {
    "metaclasses and classes that are called": r"""
r0 = 'a' in dir(type('X', (), {}))
r1 = [isinstance(True, int), isinstance([], (list, tuple)), isinstance({}, dict), issubclass(int, object)]
r1 += [callable(len), type(1) is int, type([]) == list]
class Meta(type):
    def __call__(cls,*a):
        if not hasattr(cls,'_i'): cls._i=super().__call__(*a)
        return cls._i
class A(metaclass=Meta):
    pass
r2=A() is A()
A=type('A',(object,),{'x':1,'f':lambda self:self.x})
r3=A().f()
result = [r0, r1, r2, r3]
""",
    "built-ins": r"""
class A: pass
a=A(); a.v=1
r0=['v' in dir(a), 'w' in dir(a), 'w' not in dir(a)]
r1=[sum([1,2]), max(1,2), min([3,1]), abs(-1), round(1.5), divmod(5,2), pow(2,3)]
r2=[list(filter(None,[0,1])), list(filter(lambda x:x>1,[1,2])), list(map(lambda a,b:a+b,[1],[2]))]
g=(x*2 for x in [1,2])
r3=[next(g),list(g)]
r4=[next(iter([]),None), next((x for x in [1,2] if x>1),0)]
r5=[list(range(5,0,-2)), list(enumerate('ab',1)), list(reversed([1,2])), list(zip([1],[2],[3]))]
out=[]
for i,c in enumerate('abc'):
    if i==1: continue
    out.append(c)
else:
    out.append('end')
r6=out
import abc
class A(abc.ABC):
    @abc.abstractmethod
    def f(self): ...
class B(A):
    def f(self): return 1
r7=B().f()
x=[1,2,3]
y=iter(x)
r8=[next(y), [z for z in y]]
result = [r0, r1, r2, r3, r4, r5, r6, r7, r8]
""",
    "itertools": r"""
import itertools
c = itertools.count()
r0=[next(c), next(c), next(c) < 3]
import itertools
c = itertools.count(5, 2)
r1=[next(c), next(c)]
import itertools
r2=[(a,b) for a,b in itertools.product([1,2],'ab')]
import itertools
r3=list(itertools.chain([1],[2,3]))
import itertools
r4=list(itertools.chain.from_iterable([[1],[2,3]]))
import itertools
r5=list(itertools.islice([1,2,3,4],2))
import itertools
r6=list(itertools.islice(itertools.count(),3))
import itertools
r7=[next(itertools.cycle([1,2])) , [x for x,_ in zip(itertools.cycle([1,2]),range(3))]]
import itertools
r8=list(itertools.repeat(1,3))
import itertools
out=[]
for n in itertools.count():
    if n>3: break
    out.append(n)
r9=out
import itertools
r10=list(itertools.accumulate([1,2,3]))
import itertools
r11=[list(x) for x in itertools.combinations([1,2,3],2)]
import itertools
r12=list(zip(itertools.count(), 'ab'))
result = [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12]
""",
    "comparisons": r"""
xs=[]
r0=[xs==[], [1]==[], [1]==[1], [1]!=[2], ()==(), {}=={}, {'a':1}=={'a':1}, {'a':1}=={}]
def f():
    for i in range(3):
        try:
            if i==1: continue
            if i==2: break
        finally:
            out.append(i)
    else:
        out.append('e')
out=[]
f()
r1=out
x=5
r2=[0<x<10, x if x>3 else 0, not x==5, x!=5, x is not None, x in (1,5)]
x=None
r3=[x is None, x==None, x or 'd', (x and x.foo)]
result = [r0, r1, r2, r3]
""",
    "dicts": r"""
D={'a':1}
r0=[any(k=='a' for k in D), any(k=='b' for k in D), all(k=='a' for k in D)]
D={'a':1}
r1=[[k for k in D if k=='a'], not [k for k in D if k=='b'], 'a' in list(D.keys()), 'b' in list(D)]
D={}
D['x']=D.get('x') or []
a = D['x']==[]
D['x']+=[1]
r2=[a, D['x']==[], D['x']]
d={'a':1}
d2={**d,'b':2}
r3=[d2, d2.pop('a'), d2.pop('zz',0), d2.setdefault('c',4), list(d2.values())]
d={'a':{'b':1}}
r4=[d['a'].get('b'), d.get('z',{}).get('b'), 'b' in d['a']]
d={}
d.setdefault('k',[]).append(1)
d.setdefault('k',[]).append(2)
r5=[d, sum(len(v) for v in d.values())]
class A: pass
a,b=A(),A()
d={a:1}
r6=[a in d,b in d,id(a)==id(a),id(a)==id(b),a==a,a==b,a!=b]
d={'a':1}
d.update(b=2); d.update({'c':3}); d.update([('e',4)])
del d['a']
r7=[d,len(d),d=={'b':2}, list(d)[0], next(iter(d))]
result = [r0, r1, r2, r3, r4, r5, r6, r7]
""",
    "sets": r"""
S=set()
S.add(1); S.add(2); S.add(1)
r0=[len(S), 1 in S, 3 not in S, sorted(S)]
S={1,2}
S.discard(1); S.remove(2)
r1=[len(S), not S]
r2 = ''.join(sorted(set('banana')))
result = [r0, r1, r2]
""",
    "sorting": r"""
r0=sorted([3,1,2],reverse=True)
r1=sorted(['bb','a'],key=len)
x=[3,1]
x.sort()
r2=x
r3=(lambda *a,**k:(a,sorted(k)))(1,2,z=3)
d={'b':1,'a':2}
out=[]
for k in sorted(d): out.append(k)
for k,v in sorted(d.items(), key=lambda kv: kv[1]): out.append(k)
r4=out
result = [r0, r1, r2, r3, r4]
""",
    "functools": r"""
import functools
r0=functools.reduce(lambda a,b:a+b,[1,2,3])
import functools
r1=functools.reduce(lambda a,b:a+b,[1,2,3],10)
import functools
class A:
    n=0
    @functools.cached_property
    def v(self):
        A.n+=1
        return A.n
a=A()
r2=[a.v,a.v,'v' in a.__dict__]
import functools
n=0
@functools.lru_cache()
def f(k):
    global n
    n+=1
    return n
r3=[f('a'),f('a'),f('b')]
import functools
n=0
@functools.lru_cache
def f(k):
    global n
    n+=1
    return n
r4=[f('a'),f('a'),f('b'), f(k='a')]
import functools
n=0
@functools.lru_cache(maxsize=None)
def f():
    global n
    n+=1
    return n
f()
f.cache_clear()
r5=f()
import functools
def once(f):
    @functools.wraps(f)
    def w(*a,**k):
        if not w.done:
            w.result=f(*a,**k)
            w.done=True
        return w.result
    w.done=False
    return w
n=[0]
@once
def f():
    n[0]+=1
    return n[0]
r6=[f(),f(), f.__name__]
import functools
def f(a,b,c=0): return (a,b,c)
p=functools.partial(f,1,c=3)
r7=[p(2), p.func is f, p.args]
result = [r0, r1, r2, r3, r4, r5, r6, r7]
""",
    "sequences": r"""
x=[1,2,3]
x[:]=x[-2:]
r0=x
x=[1,2,3]
del x[0]
x.insert(0,9); x.reverse()
r1=[x, x.index(9), x.count(9)]
x=[1,2]
x.remove(1)
r2=x
r3=['a','b'].index('b')
r4=[[1,2,3][-1],[1,2,3][1:],'abc'[::-1],(1,2)+(3,),[0]*3, 'ab'*2]
result = [r0, r1, r2, r3, r4]
""",
    "texts": r"""
r0='{}-{}'.format(1,'a')
r1='{0} {name}'.format(1,name='n')
r2='%s_%d'%('a',1)
n=1
r3=f'v{n}_{n+1:02d}'
r4=['a,b'.split(','), '-'.join(['a','b']), 'ab'.startswith('a'), 'Ab'.lower(), 'x'.replace('x','y'), ' a '.strip()]
r5=[int('3'), float('1.5'), str(3), repr('a'), list('ab'), tuple([1]), dict(a=1), dict([('b',2)])]
import logging,os,sys,time
logging.info('x')
r6=os.path.join('a','b')
result = [r0, r1, r2, r3, r4, r5, r6]
""",
    "collections": r"""
import collections
d=collections.OrderedDict(); d['a']=1; d['b']=2
r0=[list(d.items()), d.popitem()]
import collections
c=collections.Counter(); c['a']+=1; c['a']+=1
r1=[c['a'], c['zz']]
import collections
c=collections.Counter('aab')
r2=c['a']
import collections
P=collections.namedtuple('P','x y')
p=P(1,y=2)
r3=[p.x,p.y,p[0],p._replace(x=5).x, len(p)]
import typing
class P(typing.NamedTuple):
    x: int
    y: int = 3
p=P(1)
r4=[p.x,p.y]
import collections
q=collections.deque(maxlen=2)
q.append(1);q.append(2);q.append(3)
r5=[len(q),q[0],q.popleft()]
import collections
d=collections.defaultdict(list)
d['a'].append(1)
r6=[dict(d), 'b' in d, d['b']]
result = [r0, r1, r2, r3, r4, r5, r6]
""",
    "special methods": r"""
class A:
    _inst=None
    def __new__(cls):
        if cls._inst is None:
            cls._inst=super().__new__(cls)
            cls._inst.n=0
        return cls._inst
A().n+=1
r0=[A().n, A() is A()]
class A:
    def __setattr__(self,k,v):
        super().__setattr__(k,v*2)
a=A(); a.x=1
r1=a.x
class A:
    def __init__(self): self._d={}
    def __getitem__(self,k): return self._d[k]
    def __setitem__(self,k,v): self._d[k]=v
    def __contains__(self,k): return k in self._d
    def __len__(self): return len(self._d)
    def __iter__(self): return iter(self._d)
a=A()
r=['k' in a, bool(a)]
a['k']=1
r2=[r,'k' in a,a['k'],len(a),[k for k in a], bool(a)]
class A:
    def __bool__(self): return False
r3=[bool(A()), not A(), A() or 1]
class A:
    def __eq__(self,o): return True
r4=[A()==1, A()!=1]
class A:
    def __call__(self,x): return x+1
r5=list(map(A(),[1,2]))
class A:
    def __init__(self): self._v=0
    @property
    def v(self): return self._v
    @v.setter
    def v(self,x): self._v=x+1
a=A(); a.v=1
r6=a.v
class A:
    registry={}
    def __init_subclass__(cls): A.registry[cls.__name__]=cls
class B(A): pass
r7=list(A.registry)
class D:
    def __init__(self,f): self.f=f; self.n=0
    def __call__(self,*a):
        self.n+=1
        return self.f(*a)+self.n
@D
def f(x): return x
r8=[f(1),f(1)]
class D:
    def __init__(self,f): self.f=f
    def __get__(self,obj,cls=None):
        if obj is None: return self
        v=self.f(obj)
        setattr(obj,self.f.__name__,v)
        return v
class A:
    n=0
    @D
    def v(self):
        A.n+=1
        return A.n
a=A()
r9=[a.v,a.v]
class Node:
    def __init__(self,v,next=None): self.v=v; self.next=next
n=Node(1,Node(2))
out=[]
while n:
    out.append(n.v); n=n.next
r10=out
class A:
    def __init__(self): self.items=[]
    def add(self,x):
        self.items.append(x)
        return self
r11=A().add(1).add(2).items
class P:
    def __init__(self): self.__x=1
    def get(self): return self.__x
r12=P().get()
result = [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12]
""",
    "exceptions": r"""
class A:
    def __getattr__(self,name):
        if name.startswith('x'): return name
        raise AttributeError(name)
a=A()
r0=[a.xy, hasattr(a,'b'), getattr(a,'c',3)]
d={}
try:
    d['x']
except KeyError as e:
    d['x']=1
r1=d
class MyErr(Exception):
    def __init__(self,code): self.code=code
try:
    raise MyErr(3)
except MyErr as e:
    r2=e.code
try:
    try:
        1/0
    except ZeroDivisionError as e:
        raise KeyError('k') from e
except LookupError:
    r3='ok'
def f():
    try:
        raise ValueError
    except ValueError:
        return 'v'
    finally:
        out.append(1)
out=[]
r4=[f(),out]
result = [r0, r1, r2, r3, r4]
""",
    "generators": r"""
def g():
    x = yield 1
    yield x
it=g()
r0=[next(it), it.send(5)]
def g():
    yield 1
    return 2
def h():
    r = yield from g()
    yield r
r1=list(h())
def gen():
    try:
        yield 1
        yield 2
    finally:
        out.append('closed')
out=[]
for x in gen():
    break
g=gen(); next(g); g.close()
r2=out
result = [r0, r1, r2]
""",
    "context managers": r"""
import contextlib
@contextlib.contextmanager
def cm(x):
    out.append('in')
    try:
        yield x
    except ValueError:
        out.append('caught')
    finally:
        out.append('out')
out=[]
with cm(1) as v:
    raise ValueError
r0=[out,v]
import contextlib
with contextlib.ExitStack() as st:
    st.callback(lambda: out.append('cb')) if False else None
r1=1
import contextlib
out=[]
with contextlib.ExitStack() as st:
    st.callback(out.append,'cb')
    st.push(lambda *a: out.append('push'))
r2=out
import contextlib
class C(contextlib.ContextDecorator):
    def __enter__(self): out.append(1); return self
    def __exit__(self,*e): out.append(2)
out=[]
@C()
def f(): out.append('f')
f(); f()
with C(): pass
r3=out
import contextlib
@contextlib.contextmanager
def c():
    out.append(1)
    yield
    out.append(2)
out=[]
@c()
def f(): out.append('f')
f(); f()
r4=out
class C:
    def __enter__(self): return 1
    def __exit__(self,t,v,tb): return True
with C() as x:
    raise ValueError()
r5=x
result = [r0, r1, r2, r3, r4, r5]
""",
    "weak references": r"""
import weakref
class A: pass
a=A()
w=weakref.WeakKeyDictionary()
r=a in w
w[a]=1
r0=[r,a in w,w[a],w.get(a), w.setdefault(a,3)]
import weakref
class A: pass
a=A()
r=weakref.ref(a)
r1=r() is a
result = [r0, r1]
""",
    "enumerations": r"""
import enum
class E(enum.Enum):
    A=1
    B=2
r0=[E.A==E.A, E.A is E.B, E.A.value, E.B.name]
result = [r0]
""",
    "matching": r"""
def f(x):
    match x:
        case {'k':v}: return v
        case [a,b]: return a
        case 1|2: return 'n'
        case str(): return 's'
        case _: return 'd'
r0=[f({'k':1}),f([3,4]),f(2),f('x'),f(None)]
result = [r0]
""",
    "threads and locks": r"""
import threading
out=[]
t=threading.Thread(target=lambda a: out.append(a), args=(1,))
t.start(); t.join()
r0=out
import threading
lock=threading.Lock()
with lock:
    r1=1
import threading
L=threading.local()
r=hasattr(L,'v')
L.v=1
r2=[r,L.v]
result = [r0, r1, r2]
""",
    "namespaces": r"""
from types import SimpleNamespace
s=SimpleNamespace(a=1)
s.b=2
r0=[s.a,s.b,hasattr(s,'c')]
import argparse
a=argparse.Namespace(x=1)
r1=a.x
result = [r0, r1]
""",
}

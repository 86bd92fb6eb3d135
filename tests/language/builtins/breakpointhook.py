# breakpoint() calls what PYTHONBREAKPOINT names
import os, sys, warnings
print(sys.breakpointhook is sys.__breakpointhook__)
os.environ["PYTHONBREAKPOINT"] = "0"
print(breakpoint())
os.environ["PYTHONBREAKPOINT"] = "builtins.sorted"
print(breakpoint([2, 1], reverse=True))
os.environ["PYTHONBREAKPOINT"] = "len"
print(breakpoint("abc"))
os.environ["PYTHONBREAKPOINT"] = "nosuchmodule.f"
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(breakpoint(), [str(w.message) for w in caught])
sys.breakpointhook = lambda *a, **k: (a, k)
print(breakpoint(1, x=2))
del sys.breakpointhook
try:
    breakpoint()
except RuntimeError as e:
    print(e)

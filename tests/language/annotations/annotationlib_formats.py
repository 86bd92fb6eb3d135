import annotationlib
def f(a: missing, b: int, c: list[missing]): pass
print(annotationlib.get_annotations(f, format=annotationlib.Format.STRING))
r = annotationlib.get_annotations(f, format=annotationlib.Format.FORWARDREF)
print(r['a'].__forward_arg__, r['b'])

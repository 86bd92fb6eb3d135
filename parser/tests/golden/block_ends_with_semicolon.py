if x: a;
for x in y:
    a;
    b ;
else: c; d;
class A: pass;

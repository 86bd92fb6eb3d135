match x:
    case 1 | -2 | 3 + 4j | "s" "t" | b"b" | None | True: pass
    case [a, *_, (b)] | (c, ) | (): pass
    case {"k": v, -1: None, a.b: _, **rest}: pass
    case A.B(1, x, y=2, z=C()) as w if w: pass
    case a, b: pass
    case *a,: pass

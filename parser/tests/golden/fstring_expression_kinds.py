f"{a, b}{*a, *b}{yield}{(lambda: 1)}{x != y}{ {1: 2}[1] }{x if y else z}"

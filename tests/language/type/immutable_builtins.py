for src in ('int.x = 1', 'del int.__add__', 'str.upper = None', 'object.__init__ = 1', 'type.mro = 1', 'list.__class__ = object', 'int.__bases__ = ()', 'int.__dict__["x"] = 1', 'type(None).x = 1'):
    try: exec(src)
    except (TypeError, AttributeError) as e: print(e)

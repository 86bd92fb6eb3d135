import builtins
builtins.shiny = 'new builtin'
print(shiny)
shiny = 'shadowed'
print(shiny)
del shiny
print(shiny)
del builtins.shiny
try: shiny
except NameError as e: print(e)

from _run import run
run('-m', '_no_such_module_', errors=False)
run('-m', '_target', 'x', 'y')
run('-m', '_package')
run('-m', '_package.part')

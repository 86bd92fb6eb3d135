from _run import run
code = 'import warnings; warnings.warn("careful", {}); print("after")'
run('-W', 'error', '-c', code.format('UserWarning'), errors=True)
run('-W', 'ignore', '-c', code.format('UserWarning'), errors=True)
run('-c', code.format('DeprecationWarning'), errors=True)
run('-W', 'error::DeprecationWarning', '-c', code.format('UserWarning'))
run('-c', code.format('UserWarning'), env={'PYTHONWARNINGS': 'error'}, errors=True)

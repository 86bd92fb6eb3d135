from _run import run
for code in ('pass', 'raise SystemExit', 'raise SystemExit(3)', 'raise SystemExit("text")', 'raise SystemExit(True)', 'raise SystemExit(256 + 7)', '1/0', 'import os; os._exit(9)', 'import sys; sys.exit([1])', 'exit(4)', 'raise SystemExit(-1)', 'raise SystemExit(None)'):
    run('-c', code, errors=True)

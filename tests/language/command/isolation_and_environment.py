from _run import run
env = {'PYTHONPATH': '/tmp/on_path'}
code = 'import sys; print("/tmp/on_path" in sys.path, sys.flags.ignore_environment, sys.flags.isolated, sys.flags.no_site)'
run('-c', code, env=env)
run('-E', '-c', code, env=env)
run('-I', '-c', code, env=env)
run('-S', '-c', code, env=env)
run('-P', '-c', 'import sys; print("" in sys.path, sys.flags.safe_path)')

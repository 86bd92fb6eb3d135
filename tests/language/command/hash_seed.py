import os, subprocess
def ask(seed):
    env = {**os.environ, 'PYTHONHASHSEED': seed}
    return subprocess.run([os.environ['PYTHON_UNDER_TEST'], '-c', 'print(hash("text"), hash(b"bytes"))'], capture_output=True, text=True, env=env).stdout
print(ask('1') == ask('1'), ask('1') == ask('2'), ask('random') == ask('random'), ask('0') == ask('0'))

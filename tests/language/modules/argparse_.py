import argparse
p = argparse.ArgumentParser(prog='prog', description='d')
p.add_argument('name'); p.add_argument('-n', '--num', type=int, default=3, help='a number'); p.add_argument('-v', action='store_true'); p.add_argument('rest', nargs='*')
print(p.parse_args(['x', '-n', '5', '-v', 'r1', 'r2']), p.parse_args(['y']).num)
print(p.format_usage().strip())
try: p.parse_args(['x', '-n', 'bad'])
except SystemExit as e: print('exit', e.code)

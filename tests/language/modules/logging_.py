import logging, io
s = io.StringIO()
h = logging.StreamHandler(s); h.setFormatter(logging.Formatter('%(levelname)s:%(name)s:%(message)s'))
l = logging.getLogger('x.y'); l.addHandler(h); l.setLevel(logging.INFO); l.propagate = False
l.debug('no'); l.info('hello %s %d', 'w', 5); l.warning('w')
try: 1 / 0
except ZeroDivisionError: l.exception('failed')
print(s.getvalue().splitlines()[:3], s.getvalue().splitlines()[-1], l.isEnabledFor(10), logging.getLevelName(40))

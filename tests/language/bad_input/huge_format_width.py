for f in (lambda: '%*d' % (2**63, 1), lambda: format(1, '9' * 30), lambda: '{:99999999999999999999}'.format(1), lambda: f'{1:.{2**63}f}', lambda: '%.99999999999f' % 1.0, lambda: 'a'.center(2**62), lambda: 'a'.zfill(2**62), lambda: 'a\t'.expandtabs(2**62)):
    try: f()
    except (MemoryError, OverflowError, ValueError) as e: print('refused')

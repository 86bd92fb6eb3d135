for e in (ValueError('v'), KeyError('k'), OSError(2, 'msg'), TypeError()):
    try: raise e
    except ValueError as x: print('value', x)
    except (KeyError, IndexError) as x: print('lookup', x)
    except OSError as x: print('os', x)
    except: print('bare')

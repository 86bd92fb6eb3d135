print('part', __name__, __package__)

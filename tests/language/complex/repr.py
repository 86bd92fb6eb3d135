print(1j, 1 + 0j, -1j, complex(0, -0.0), complex(-0.0, 1), complex('nan'), complex(1, float('nan')), complex(1, float('inf')), 1e20j, 1.5 - 2.5j, [2j])

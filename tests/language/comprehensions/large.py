print(sum([i * i for i in range(10000)]), len({i % 100 for i in range(5000)}), len({i: str(i) for i in range(3000)}), sum(i for i in range(10000) if i % 7 == 0))

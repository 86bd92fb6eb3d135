"""A travel agency's database (after STAMP's vacation): reservations, cancellations and price changes in transactions."""

from _program import Random, in_threads, main, share, transaction

SIZE = 200_000
ITEMS = 1024
CUSTOMERS = 1024
QUERIES = 4


class Item:
    """A car, a room or a flight that can be reserved `total` times."""

    def __init__(self, total, price):
        self.total, self.used, self.price = total, 0, price


class Customer:
    def __init__(self):
        self.reserved = []  # (kind, number, price)


class Agency:
    def __init__(self, operations):
        random = Random(31)
        self.operations = operations
        self.tables = {
            kind: [Item(1 + random.below(5) * 20, 50 + random.below(450)) for _ in range(ITEMS)]
            for kind in ("cars", "rooms", "flights")
        }
        self.customers = {}

    @transaction.atomic
    def reserve(self, number, wishes):
        """Reserves, of each kind asked for, the dearest item that is free, and makes the customer known."""
        best = {}
        for kind, candidate in wishes:
            item = self.tables[kind][candidate]
            if item.used < item.total and (kind not in best or item.price > best[kind][1].price):
                best[kind] = candidate, item
        if not best:
            return
        customer = self.customers.get(number)
        if customer is None:
            customer = self.customers[number] = Customer()
        for kind, (candidate, item) in best.items():
            item.used += 1
            customer.reserved.append((kind, candidate, item.price))

    @transaction.atomic
    def leave(self, number):
        """Cancels all that the customer has reserved, and returns the bill."""
        customer = self.customers.pop(number, None)
        if customer is None:
            return 0
        for kind, candidate, _ in customer.reserved:
            self.tables[kind][candidate].used -= 1
        return sum(price for _, _, price in customer.reserved)

    @transaction.atomic
    def reprice(self, changes):
        for kind, candidate, price in changes:
            self.tables[kind][candidate].price = price


def serve(number, threads, agency):
    random, kinds = Random(number), list(agency.tables)

    def some(count):
        return [(kinds[random.below(3)], random.below(ITEMS)) for _ in range(count)]

    for _ in share(agency.operations, threads, number):
        kind = random.below(100)
        if kind < 90:
            agency.reserve(random.below(CUSTOMERS), some(QUERIES))
        elif kind < 95:
            agency.leave(random.below(CUSTOMERS))
        else:
            agency.reprice([(table, item, 50 + random.below(450)) for table, item in some(QUERIES)])


def prepare(threads, size):
    return Agency(size)


def run(threads, agency):
    in_threads(threads, serve, threads, agency)


def check(agency):
    used = {}
    for customer in agency.customers.values():
        assert customer.reserved, "a customer without reservations"
        for kind, number, _ in customer.reserved:
            used[kind, number] = used.get((kind, number), 0) + 1
    for kind, table in agency.tables.items():
        for number, item in enumerate(table):
            assert item.used == used.get((kind, number), 0), "tables and customers differ"
            assert 0 <= item.used <= item.total, "reserved too often"


if __name__ == "__main__":
    main()

"""Lists that threads contend for: conflicts are about parts of them, and nothing else shows."""

from _litmus import Undo, events, in_threads, litmus, transaction, undisturbed

atomic = transaction.atomic

LONG = 2000


def divide(items):
    """Has threads take the list from each other until its items stand in cards."""

    def store(i):
        for _ in range(20):
            items[i] = items[i]

    in_threads(2, store)
    return items


def in_parts(rounds, threads, step):
    """All threads do `step(items, first, i)` many times on a list of which each has a part from `first` on, undisturbed."""
    items = [0] * LONG
    part = LONG // threads

    def work(number, times):
        for i in range(times):
            step(items, number * part, i)

    undisturbed(rounds, threads, work)
    return items, part


@litmus(undo=True)
def different_items(rounds, threads):
    def step(items, first, i):
        items[first + i % 100] += 1

    items, part = in_parts(rounds, threads, step)
    assert len({sum(items[n * part : (n + 1) * part]) for n in range(threads)}) == 1


@litmus(undo=True)
def different_items_in_blocks(rounds, threads):
    def step(items, first, i):
        with atomic:
            items[first + i % 100] += 1
            items[first + i % 7] -= 1

    items, _ = in_parts(rounds, threads, step)
    assert sum(items) == 0


def beside_appends(rounds, threads, step):
    """All threads do `step(use, i)` many times, undisturbed: `use(i)` appends in one, and looks at an old item in the others."""
    items = [*range(LONG)]

    def append(i):
        items.append(i)

    def look(i):
        assert items[i % LONG] == i % LONG

    def work(number, times):
        for i in range(times):
            step(look if number else append, i)

    undisturbed(rounds, max(threads, 2), work)
    assert items[:LONG] == [*range(LONG)]


@litmus(undo=True)
def append_does_not_meet_old_items(rounds, threads):
    beside_appends(rounds, threads, lambda use, i: use(i))


@litmus(undo=True)
def append_in_blocks_does_not_meet_old_items(rounds, threads):
    def step(use, i):
        with atomic:
            use(i)

    beside_appends(rounds, threads, step)


@litmus()
def no_update_is_lost(rounds, threads):
    """Neither of shared items nor of a thread's own, some in blocks and some not."""
    items = divide([0] * LONG)

    def work(number):
        for i in range(rounds):
            items[7] += 1
            items[-1] += 1
            items[number] += 1
            with atomic:
                items[100 + i % 5] += 1
                items[i % 5 + 300] = items[i % 5 + 300] + 1

    in_threads(threads, work)
    assert items[-1] == rounds * threads and sum(items[100:200]) == sum(items[300:400]) == rounds * threads
    assert sum(items) == 5 * rounds * threads


@litmus()
def appends_of_all_arrive(rounds, threads):
    """In the order of each thread; those that are undone leave nothing."""
    items = divide([None] * LONG)

    def work(number):
        for i in range(rounds):
            items.append((number, 3 * i))
            with atomic:
                items.append((number, 3 * i + 1))
                items.append((number, 3 * i + 2))
            try:
                with atomic:
                    for _ in range(70):
                        items.append(None)
                    items[0] = 1
                    raise Undo
            except Undo:
                pass

    in_threads(threads, work)
    assert items[:LONG] == [None] * LONG
    for number in range(threads):
        assert [i for n, i in items[LONG:] if n == number] == [*range(3 * rounds)]
    pairs = iter(items[LONG:])
    for number, i in pairs:
        assert i % 3 == 0 or next(pairs) == (number, i + 1)


@litmus()
def the_end_of_a_list_is_whole(rounds, threads):
    """Length, last items and a walk agree with each other while one thread appends pairs."""
    items = divide([0] * LONG)

    def work(number):
        for i in range(rounds):
            if number == 0:
                with atomic:
                    items.append(i)
                    items.append(-i)
            elif number == 1:
                with atomic:
                    assert len(items) % 2 == 0 and items[-1] == -items[-2] == -items[len(items) - 2]
            elif i % max(rounds // 200, 10) == 0:
                seen = -1
                for seen, _ in enumerate(items):
                    pass
                assert LONG - 1 <= seen < LONG + 2 * rounds

    in_threads(max(threads, 3), work)
    assert items[LONG:] == [sign * i for i in range(rounds) for sign in (1, -1)]


@litmus(undo=True, share=0.0005)
def who_is_left_alone_with_a_list_waits_for_nobody(rounds, threads):
    """A list whose other users have gone is put together once, not asked for again and again."""
    for _ in range(rounds):
        items = [7]

        def use(number):
            if number:
                for _ in range(400_000):
                    assert items[0] == 7
            else:
                # Longer than it takes until the list is put together.
                for i in range(2_000_000):
                    items.append(i)

        before = events()
        in_threads(max(threads, 2), use)
        assert events() - before < 1000, f"{events() - before} conflicts"
        assert items == [7, *range(2_000_000)]


@litmus()
def what_needs_the_whole_list(rounds, threads):
    """Operations on all items see each store and each block as a whole, and put the list together while others store."""

    def work(number):
        for i in range(30):
            if number % 3 == 0:
                items.append(items[0])
                items[100 + i] = items[0]
            elif number % 3 == 1:
                with atomic:
                    items[3] += 1
                    items[LONG - 3] -= 1
            else:
                with atomic:
                    assert sum(items) == 5 * len(items[:])
                with atomic:
                    assert sum(sorted(items)) == sum(items[::2]) + sum(items[1::2]) == 5 * len(items)
                items.insert(LONG // 2, 5)
                assert items.pop(LONG // 2) == 5

    for _ in range(max(rounds // 30, 1)):
        items = divide([5] * LONG)
        in_threads(max(threads, 3), work)
        items[3] = items[LONG - 3] = 5
        assert items.count(5) == len(items)


@litmus()
def dividing_and_uniting_in_undone_blocks(rounds, threads):
    """A block that has divided a list, or put it together, and is undone leaves it as it was."""
    items = [*range(LONG)]

    def work(number):
        for i in range(rounds):
            try:
                with atomic:
                    items[number * 50 + i % 50] = -1
                    items.append(-1)
                    if i % 4 == number:
                        items.sort()
                        assert items[0] == -1
                        items.append(-2)
                    if i % 4 == 3:
                        del items[:]
                        items.append(-3)
                    raise Undo
            except Undo:
                pass
            assert items[number * 50 + i % 50] == number * 50 + i % 50

    in_threads(threads, work)
    assert items == [*range(LONG)]

"""A timetable for trains that wait for each other, by repeated relaxation on `transaction.add_task`.

An event is a train's departure from a stop. Each departure must come so many minutes after others: the same train's
previous one, and those of trains whose passengers change here. A task looks at what depends on one event, makes it
later where it has to be, and adds a task for each event that it has changed. Tasks run on all cores, and need no
thought about locks, since each is one transaction.
"""

import argparse

import transaction


class Event:
    """A departure: when, and which other departures must come how many minutes later."""

    def __init__(self, name):
        self.name = name
        self.minute = 0
        self.followers = []


def build(trains, stops):
    """The departures of all trains. Train t stops at stations t % 7, t % 7 + 1, ... and waits where others connect."""
    events = {(train, stop): Event(f"train {train} stop {stop}") for train in range(trains) for stop in range(stops)}
    for (train, stop), event in events.items():
        if stop + 1 < stops:
            event.followers.append((events[train, stop + 1], 3 + (train * 7 + stop * 5) % 11))
            # Passengers change into trains that come by later, so there are no cycles.
            other = (train * 13 + stop * 29) % trains
            if other != train:
                event.followers.append((events[other, stop + 1], 2 + (train + stop) % 5))
    return events


def relax(event):
    """The task: moves what follows an event behind it."""
    for follower, minutes in event.followers:
        if follower.minute < event.minute + minutes:
            follower.minute = event.minute + minutes
            transaction.add_task(relax, follower)


def sequential(trains, stops):
    """The same timetable, computed stop by stop."""
    events = build(trains, stops)
    for stop in range(stops):
        for train in range(trains):
            event = events[train, stop]
            for follower, minutes in event.followers:
                follower.minute = max(follower.minute, event.minute + minutes)
    return {event.name: event.minute for event in events.values()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, help="threads that run tasks (one per core)")
    parser.add_argument("--size", type=int, default=300, help="number of trains (300)")
    arguments = parser.parse_args()
    stops = 20
    events = build(arguments.size, stops)
    for event in events.values():
        transaction.add_task(relax, event)
    tasks = transaction.run_all_tasks(arguments.threads)
    timetable = {event.name: event.minute for event in events.values()}
    assert timetable == sequential(arguments.size, stops), "the timetable differs from the sequential one"
    print(f"{len(timetable)} departures, the last after {max(timetable.values())} minutes")
    assert tasks >= len(timetable)


if __name__ == "__main__":
    main()

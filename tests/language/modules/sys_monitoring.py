# sys.monitoring: tool ids, callbacks, and what is refused. Events themselves are not delivered.
import sys

m = sys.monitoring


def attempt(function, *args):
    try:
        print(function.__name__, args, repr(function(*args)))
    except (ValueError, TypeError) as e:
        print(function.__name__, args, type(e).__name__, e)


print(m.events)
print(m.DEBUGGER_ID, m.COVERAGE_ID, m.PROFILER_ID, m.OPTIMIZER_ID)
for tool in (6, -1):
    attempt(m.use_tool_id, tool, "x")
    attempt(m.get_tool, tool)
attempt(m.use_tool_id, 1, 5)
attempt(m.use_tool_id, 1, "a")
attempt(m.use_tool_id, 1, "b")
attempt(m.get_tool, 1)
attempt(m.get_tool, 2)
attempt(m.get_events, 1)
for events in (0, -1, 1 << 20, m.events.C_RETURN):
    attempt(m.set_events, 1, events)
attempt(m.set_events, 2, 0)
for event in (1, 3, 0, 1 << 17, 1 << 30):
    attempt(m.register_callback, 1, event, print)
attempt(m.register_callback, 1, 1, None)
attempt(m.set_local_events, 1, attempt.__name__, 0)
attempt(m.restart_events)
attempt(m.free_tool_id, 1)
attempt(m.get_tool, 1)

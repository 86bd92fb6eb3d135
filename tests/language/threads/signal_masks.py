"""Which numbers a set of signals may hold."""
import signal

for numbers in [1 << 1000], [1 << 40], [-1], [0], [65], ["a"], [1.5], 3:
    try:
        print(signal.pthread_sigmask(signal.SIG_BLOCK, numbers))
    except (TypeError, ValueError) as error:
        print(f"{type(error).__name__}: {error}")
print(signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, True, 64]))
print(sorted(signal.pthread_sigmask(signal.SIG_UNBLOCK, {64, signal.SIGHUP})))
print(sorted(signal.pthread_sigmask(signal.SIG_SETMASK, ())))

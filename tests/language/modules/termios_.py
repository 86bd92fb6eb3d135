# termios, tty and pty: attributes and window size of a terminal; syslog's masks
import os
import syslog
import termios
import tty

master, slave = os.openpty()
attributes = termios.tcgetattr(slave)
print(len(attributes), len(attributes[6]), attributes[6][termios.VINTR], bool(attributes[3] & termios.ECHO))
tty.setraw(slave)
raw = termios.tcgetattr(slave)
print(raw[3] & (termios.ECHO | termios.ICANON | termios.ISIG), raw[6][termios.VMIN], raw[6][termios.VTIME])
termios.tcsetattr(slave, termios.TCSANOW, attributes)
print(termios.tcgetattr(slave) == attributes)
termios.tcsetwinsize(slave, (30, 90))
print(termios.tcgetwinsize(master))
termios.tcflush(slave, termios.TCIOFLUSH)
for call in (
    lambda: termios.tcgetattr(os.open(os.devnull, os.O_RDONLY)),
    lambda: termios.tcsetattr(slave, 0, [1]),
    lambda: termios.tcsetwinsize(slave, (1, 2, 3)),
    lambda: termios.tcdrain("x"),
):
    try:
        call()
    except (termios.error, TypeError, ValueError) as e:
        print(type(e).__name__, e)
print(syslog.LOG_UPTO(syslog.LOG_ERR), syslog.LOG_MASK(3), syslog.LOG_LOCAL7)

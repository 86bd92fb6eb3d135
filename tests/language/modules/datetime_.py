from datetime import date, datetime, timedelta, timezone, time
d = datetime(2024, 2, 29, 12, 30, 15, 500)
print(d, d.isoformat(), d + timedelta(days=1), d.strftime('%Y/%m/%d %H:%M'), date(2024, 3, 1) - date(2024, 2, 1), d.weekday(), datetime.fromisoformat('2020-01-02T03:04:05+00:00'), timedelta(hours=25, seconds=-1), datetime.strptime('2021-05-06', '%Y-%m-%d'), d.replace(year=2020), time(1, 2), timezone.utc, repr(timedelta(1, 2)), date(2024, 12, 30).isocalendar())
for f in (lambda: date(2023, 2, 29), lambda: datetime(1, 1, 1) - timedelta(1), lambda: date.fromisoformat('x')):
    try: f()
    except (ValueError, OverflowError) as e: print(type(e).__name__, e)

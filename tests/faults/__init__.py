"""Fault tests with real processes, judged by the logs of the sinks and by `manage.py reconcile`.

`FAULTS_OUTAGE=10` keeps Redis away for ten seconds instead of a minute; `FAULTS_PATIENCE=3` gives a machine that does
other things meanwhile three times as long as the 30 s within which everything recovers.
"""

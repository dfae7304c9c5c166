"""Actions and probes for the Chaos Toolkit (https://chaostoolkit.org): the same faults in its experiments.

Where the faults act is configuration: ``brownout_proxy`` and ``brownout_admin`` (http://HOST:PORT of the fault proxy's
control API and of the exchange's admin port), ``brownout_pid`` or ``brownout_container`` (the venue's process). The
admin port's token is the secret ``admin_token``. Leases are renewed by the toolkit's process, and end with it.
"""

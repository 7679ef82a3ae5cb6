"""One file for each thing that is looked at; see `bot.doctor.model.Check`."""

/* SPDX-License-Identifier: MIT */
/* Notes: what is worth knowing about a disk that can be used all the same.
 * May use: base, format, disk. */
#include "boot/note.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

int ipl_note_add(struct ipl_map *map, const char *code, struct ipl_err *err,
		 const char *fmt, ...)
{
	struct ipl_note *note;
	va_list ap;

	if (!map->notes)
		map->notes = calloc(IPL_MAX_NOTES, sizeof(*map->notes));
	if (!map->notes)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (map->n_notes == IPL_MAX_NOTES)
		return ipl_fail(err, IPL_EBUG, "too many notes");
	note = &map->notes[map->n_notes++];
	note->code = code;
	va_start(ap, fmt);
	vsnprintf(note->text, sizeof(note->text), fmt, ap);
	va_end(ap);
	return 0;
}

/* rules: what each rule of a finding means in work: title, minutes, advice, and the fix to paste.
 * Data only. */
#ifndef WH_LIFECYCLE_ASSESS_RULES_H
#define WH_LIFECYCLE_ASSESS_RULES_H

#include <stddef.h>

struct wh_rule {
	const char *id, *title;
	double once,
		each; /* minutes of a person's work: to understand the rule, and for each finding */
	const char *advice;
};
extern const struct wh_rule wh_rules[];
extern const size_t wh_nrules;

/* Never NULL: a rule that the table does not know has a line of its own there, "other". */
const struct wh_rule *wh_rule_find(const char *id);

/* What settles a finding, with {placeholders}; assess/fix.c knows them. */
struct wh_rule_fix {
	const char *id;
	const char *engine; /* of the place where it is pasted: only that one; NULL: any */
	const char *place;  /* "migration.yaml", "source" or "target": SQL there */
	const char *text;
};
extern const struct wh_rule_fix wh_rule_fixes[]; /* ends with a NULL id */

#endif

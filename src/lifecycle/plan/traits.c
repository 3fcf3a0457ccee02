/* Traits of keys that the target does not have: the key is made without, and a finding says so. */
#include "lifecycle/plan/parts.h"
#include "base/text.h"

struct trait {
	enum wh_key_trait trait;
	bool there;
	enum wh_severity severity;
	const char *text;
};

static void note(const struct wh_planner *p, const struct trait *traits, size_t n,
	const char *object)
{
	for (size_t i = 0; i < n; i++)
		if (traits[i].there && !(p->target->facts.key_traits & traits[i].trait))
			wh_findings_add(&p->plan->findings, "key-trait-not-carried", traits[i].severity,
				WH_MANUAL, object, "%s", traits[i].text);
}

void wh_planner_index_traits(const struct wh_planner *p, const struct wh_index *index,
	const char *object)
{
	const struct trait traits[] = {
		{ WH_KEY_DEFERRED, index->deferrable, WH_WARNING,
			"it may be checked at the commit on the source (DEFERRABLE); on the target each row is "
			"checked at once" },
		{ WH_KEY_NULLS_EQUAL, index->nulls_not_distinct, WH_WARNING,
			"two nulls are the same value for it on the source (NULLS NOT DISTINCT); the target "
			"takes any number of them" },
		{ WH_KEY_COVERS, index->ninclude > 0, WH_INFO,
			"the columns that it carries beside the key (INCLUDE) are left out" },
	};
	note(p, traits, sizeof traits / sizeof *traits, object);
}

void wh_planner_reference_traits(const struct wh_planner *p, const struct wh_foreign_key *f,
	const char *object)
{
	const struct trait traits[] = {
		{ WH_KEY_DEFERRED_REFERENCE, f->deferrable, WH_WARNING,
			"it may be checked at the commit on the source (DEFERRABLE); on the target each row is "
			"checked at once" },
		{ WH_KEY_MATCH_FULL, f->match_full && f->ncolumns > 1, WH_WARNING,
			"its columns are null together or not at all on the source (MATCH FULL); the target "
			"takes rows where some are null" },
		{ WH_KEY_SETS_SOME, f->set_columns != NULL, WH_WARNING,
			"deleting what it points at sets some of its columns on the source; on the target all of "
			"them" },
		{ WH_KEY_SETS_DEFAULT,
			wh_equal(f->on_delete, "SET DEFAULT") || wh_equal(f->on_update, "SET DEFAULT"),
			WH_WARNING,
			"it sets columns to their defaults on the source (SET DEFAULT); the target refuses to "
			"delete or change what it points at" },
	};
	note(p, traits, sizeof traits / sizeof *traits, object);
}

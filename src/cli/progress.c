#include "cli/progress.h"
#include "base/text.h"
#include "base/time.h"
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR_USEC 200000
#define PLAIN_USEC 10000000

static void put_part(struct wh_buffer *out, const char *text)
{
	wh_buffer_format(out, "%s%s", out->size ? ", " : "", text);
}

/* 1204332 as 1,204,332 */
static void put_number(struct wh_buffer *out, long long n)
{
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%lld", n);
	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0 && digits[i - 1] != '-')
			wh_buffer_char(out, ',');
		wh_buffer_char(out, digits[i]);
	}
}

/* What is counted is named in the plural; of a single one its last letter goes. */
static void put_count(struct wh_buffer *out, long long n, long long all, const char *of,
	const char *what)
{
	size_t length = strlen(what);
	bool one = (all > 0 && all >= n ? all : n) == 1 && length && what[length - 1] == 's';
	put_part(out, "");
	put_number(out, n);
	if (all > 0 && all >= n) {
		wh_buffer_text(out, of);
		put_number(out, all);
	}
	wh_buffer_format(out, " %.*s", (int)(length - one), what);
}

static void put_size(struct wh_buffer *out, double bytes, const char *behind)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	size_t u = 0;
	for (; bytes >= 1024 && u + 1 < sizeof units / sizeof *units; u++)
		bytes /= 1024;
	put_part(out, "");
	wh_buffer_format(out, "%.*f %s%s", u && bytes < 100 ? 1 : 0, bytes, units[u], behind);
}

static void put_seconds(struct wh_buffer *out, double seconds)
{
	long long s = (long long)(seconds + 0.5);
	if (seconds < 10)
		wh_buffer_format(out, "%.1f s", seconds);
	else if (s < 60)
		wh_buffer_format(out, "%lld s", s);
	else if (s < 3600)
		wh_buffer_format(out, "%lld min %lld s", s / 60, s % 60);
	else
		wh_buffer_format(out, "%lld h %lld min", s / 3600, s % 3600 / 60);
}

/* What is expected is left out once the phase has ended: it was an estimate. */
static void put_counts(struct wh_buffer *out, struct wh_progress *p)
{
	bool ended = atomic_load(&p->ended);
	const char *note = atomic_load(&p->note);
	long long tables_all = ended ? 0 : atomic_load(&p->tables_all),
			  tables = atomic_load(&p->tables);
	long long rows_all = ended ? 0 : atomic_load(&p->rows_all), rows = atomic_load(&p->rows);
	long long steps_all = ended ? 0 : atomic_load(&p->steps_all), steps = atomic_load(&p->steps);
	if (note && !ended)
		put_part(out, note);
	if (tables_all > 0 || tables > 0)
		put_count(out, tables, tables_all, " of ", "tables");
	if (rows > 0 || rows_all > 0)
		put_count(out, rows, rows_all, " of about ", "rows");
	else if (steps_all > 0 || steps > 0)
		put_count(out, steps, steps_all, " of ", "steps");
	if (atomic_load(&p->bytes) > 0)
		put_size(out, (double)atomic_load(&p->bytes), "");
}

static void put_troubles(struct wh_buffer *out, struct wh_progress *p)
{
	long long quarantined = atomic_load(&p->quarantined);
	long long differences = atomic_load(&p->differences);
	if (quarantined > 0)
		put_count(out, quarantined, 0, "", "in quarantine");
	if (differences > 0)
		put_count(out, differences, 0, "", "differences");
}

/* How much of the phase is done, 0 to 1; negative: not known. */
static double display_share(struct wh_progress *p)
{
	long long rows_all = atomic_load(&p->rows_all), steps_all = atomic_load(&p->steps_all);
	double share = -1;
	if (rows_all > 0)
		share = (double)atomic_load(&p->rows) / (double)rows_all;
	else if (steps_all > 0)
		share = (double)atomic_load(&p->steps) / (double)steps_all;
	return share > 1 ? 1 : share;
}

static void put_speed(struct wh_buffer *out, const struct wh_display *d, struct wh_progress *p,
	double seconds)
{
	long long rows = atomic_load(&p->rows) - d->first_rows;
	long long bytes = atomic_load(&p->bytes) - d->first_bytes;
	long long left = atomic_load(&p->rows_all) - atomic_load(&p->rows);
	if (seconds < 1 || rows <= 0)
		return;
	if (bytes > 0)
		put_size(out, (double)bytes / seconds, "/s");
	put_part(out, "");
	put_number(out, (long long)((double)rows / seconds));
	wh_buffer_text(out, " rows/s");
	if (left <= 0)
		return;
	put_part(out, "");
	put_seconds(out, (double)left * seconds / (double)rows);
	wh_buffer_text(out, " left");
}

static double display_seconds(struct wh_progress *p, int64_t now)
{
	int64_t since = now - atomic_load(&p->started_usec);
	return since > 0 ? (double)since / 1e6 : 0;
}

void wh_progress_line(struct wh_buffer *out, const struct wh_display *d, struct wh_progress *p,
	int64_t now)
{
	struct wh_buffer parts = { 0 };
	put_counts(&parts, p);
	if (atomic_load(&p->ended)) {
		wh_buffer_text(&parts, parts.size ? " in " : "done in ");
		put_seconds(&parts, display_seconds(p, now));
	} else {
		put_speed(&parts, d, p, display_seconds(p, now));
	}
	put_troubles(&parts, p);
	const char *phase = atomic_load(&p->phase);
	wh_buffer_format(out, "%-8s %s", phase ? phase : "start", wh_buffer_string(&parts));
	wh_buffer_free(&parts);
}

static int display_width(const struct wh_display *d)
{
	struct winsize size;
	if (ioctl(fileno(d->out), TIOCGWINSZ, &size) || size.ws_col < 20)
		return 80;
	return size.ws_col;
}

/* All that is written here is ASCII: bytes are columns. */
static void display_row(const struct wh_display *d, struct wh_buffer *line, int width)
{
	int n = (int)line->size < width ? (int)line->size : width - 1;
	fprintf(d->out, "%.*s\033[K", n, wh_buffer_string(line));
}

static void put_bar(struct wh_buffer *out, double share, int width)
{
	int length = width > 60 ? 30 : width / 2, full = (int)(share * length);
	wh_buffer_char(out, '[');
	for (int i = 0; i < length; i++)
		wh_buffer_char(out, i < full ? '=' : i == full ? '>' : ' ');
	wh_buffer_format(out, "] %3d%%  ", (int)(share * 100));
}

static void display_erase(struct wh_display *d)
{
	if (d->drawn)
		fputs("\r\033[K\033[1A\033[K", d->out);
	d->drawn = false;
}

static void display_bar(struct wh_display *d, struct wh_progress *p, int64_t now)
{
	struct wh_buffer first = { 0 }, second = { 0 }, speed = { 0 };
	int width = display_width(d);
	double share = display_share(p);
	const char *phase = atomic_load(&p->phase);
	put_counts(&speed, p);
	wh_buffer_format(&first, "%-8s %s", phase ? phase : "start", wh_buffer_string(&speed));
	wh_buffer_clear(&speed);
	put_speed(&speed, d, p, display_seconds(p, now));
	put_troubles(&speed, p);
	if (share >= 0)
		put_bar(&second, share, width);
	wh_buffer_text(&second, wh_buffer_string(&speed));
	fputs(d->drawn ? "\r\033[1A" : "", d->out);
	fputs(d->color ? "\033[1m" : "", d->out);
	display_row(d, &first, width);
	fputs(d->color ? "\033[0m\n" : "\n", d->out);
	display_row(d, &second, width);
	d->drawn = true;
	wh_buffer_free(&first);
	wh_buffer_free(&second);
	wh_buffer_free(&speed);
}

static void display_line(struct wh_display *d, struct wh_progress *p, int64_t now)
{
	struct wh_buffer line = { 0 };
	display_erase(d);
	wh_progress_line(&line, d, p, now);
	fprintf(d->out, "%s\n", wh_buffer_string(&line));
	wh_buffer_free(&line);
}

static void display_warning(struct wh_display *d, const struct wh_progress *p)
{
	if (wh_equal(d->warned, p->warning))
		return;
	memcpy(d->warned, p->warning, sizeof d->warned);
	if (!d->warned[0])
		return;
	display_erase(d);
	fprintf(d->out, "warning: %s\n", d->warned);
}

static void display_show(struct wh_progress *p, void *context)
{
	struct wh_display *d = context;
	int64_t now = wh_monotonic_usec();
	const char *phase = atomic_load(&p->phase);
	display_warning(d, p);
	bool ended = atomic_load(&p->ended), begins = phase != d->phase || (d->told && !ended);
	if (begins) {
		d->phase = phase;
		d->told = false;
		d->first_rows = atomic_load(&p->rows);
		d->first_bytes = atomic_load(&p->bytes);
		d->drawn_usec = d->kind == WH_PROGRESS_PLAIN ? now : 0;
	}
	if (!phase || d->told)
		return;
	if (ended) {
		display_line(d, p, now);
		d->told = true;
	} else if (d->kind == WH_PROGRESS_BAR && now - d->drawn_usec >= BAR_USEC) {
		display_bar(d, p, now);
		d->drawn_usec = now;
	} else if (d->kind == WH_PROGRESS_PLAIN && now - d->drawn_usec >= PLAIN_USEC) {
		display_line(d, p, now);
		d->drawn_usec = now;
	}
	fflush(d->out);
}

static bool display_can_draw(FILE *out)
{
	const char *term = getenv("TERM");
	return isatty(fileno(out)) && term && *term && !wh_equal(term, "dumb");
}

void wh_display_start(struct wh_display *d, struct wh_progress *progress,
	const struct wh_arguments *args, FILE *out)
{
	const char *no_color = getenv("NO_COLOR");
	*d = (struct wh_display){ .out = out, .kind = (enum wh_progress_kind)args->progress };
	if (d->kind == WH_PROGRESS_AUTO)
		d->kind = display_can_draw(out) ? WH_PROGRESS_BAR : WH_PROGRESS_PLAIN;
	if (args->quiet)
		d->kind = WH_PROGRESS_NONE;
	d->color = display_can_draw(out) && !(no_color && *no_color);
	atomic_store(&progress->rows_all, -1);
	progress->context = d;
	progress->show = d->kind == WH_PROGRESS_NONE ? NULL : display_show;
}

void wh_display_end(struct wh_display *d)
{
	if (!d->out)
		return;
	display_erase(d);
	fflush(d->out);
}

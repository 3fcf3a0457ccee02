/* What every page begins and ends with. */
#include "base/time.h"
#include "lifecycle/report/figures.h"
#include "lifecycle/report/page.h"

void wh_page_begin(struct wh_buffer *out, const char *name, const char *title)
{
	wh_html(out,
		"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
		"<meta name=\"referrer\" content=\"no-referrer\"><meta http-equiv=\"Content-Security-Policy\" "
		"content=\"default-src 'none'; style-src 'unsafe-inline'\">"
		"<title>%s: %s</title><style>",
		name, title);
	wh_buffer_text(out, wh_page_style);
	wh_buffer_text(out, "</style></head><body><main>\n");
}

void wh_page_end(struct wh_buffer *out)
{
	char moment[WH_FIGURE];
	wh_html(out, "<footer>Written by whimbrel %s on %s.</footer></main></body></html>\n",
		WH_VERSION, wh_figure_moment(moment, wh_now_usec()));
}

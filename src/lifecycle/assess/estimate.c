#include "lifecycle/assess/estimate.h"
#include <math.h>

#define SPREAD 2.0 /* of a part that stands for the whole */
#define WHOLE 1.2  /* of a sample that is nearly the whole */

/* How many times the sample the whole is. */
static double factor(const struct wh_measured *m, const struct wh_load *load)
{
	if (m->bytes > 0 && load->bytes >= 0)
		return (double)load->bytes / (double)m->bytes;
	if (m->rows > 0 && load->rows >= 0)
		return (double)load->rows / (double)m->rows;
	return -1;
}

struct wh_span wh_estimate_span(const struct wh_measured *m, const struct wh_load *load)
{
	double times = m->rows > 0 ? factor(m, load) : load->rows == 0 ? 0 : -1;
	if (times < 0 || (load->fixed > 0 && m->fixed <= 0))
		return (struct wh_span){ 0 };
	double fixed = load->fixed > 0 ? m->fixed_seconds / (double)m->fixed * (double)load->fixed : 0;
	double alone = m->seconds * times, workers = load->workers > 1 ? load->workers : 1;
	double spread = times <= 1.5 ? WHOLE : SPREAD;
	return (struct wh_span){ .known = true,
		.low = (alone / workers + fixed) / spread,
		.likely = alone / sqrt(workers) + fixed,
		.high = (alone + fixed) * spread };
}

#include "lifecycle/pipe.h"
#include <time.h>

static struct wh_piece end_piece; /* its address says: the unit has ended */

/* A piece fits one table; memory that one huge row took is not kept. */
static void fit_piece(struct wh_piece *piece, const struct wh_pipe *p)
{
	bool huge = piece->read.bytes > 4u * WH_BATCH_BYTES;
	if (piece->table == p->table && !huge) {
		piece->stage.maker = p->maker;
		wh_batch_reset(&piece->read);
		return;
	}
	wh_batch_finish(&piece->read);
	wh_stage_finish(&piece->stage);
	wh_rowset_batch(&p->table->from, &piece->read);
	wh_stage_init(&piece->stage, p->table, &p->rules, p->maker);
	piece->table = p->table;
}

static void wait_for_room(const struct wh_pipe *p)
{
	const struct timespec moment = { 0, 1000000 };
	while (atomic_load(&p->underway) > p->budget && !atomic_load(&p->give_up))
		nanosleep(&moment, NULL);
}

static int read_piece(struct wh_pipe *p, struct wh_piece *piece, uint64_t *ordinal)
{
	wait_for_room(p);
	fit_piece(piece, p);
	piece->read.first_row = *ordinal;
	int rc = p->source->kind->read(p->source, &piece->read, &p->error);
	if (rc < 0)
		return rc;
	*ordinal += piece->read.rows;
	wh_stage_batch(&piece->stage, &piece->read, &piece->rows);
	piece->rejects = piece->stage.rejects;
	piece->nrejects = piece->stage.nrejects;
	atomic_fetch_add(&p->underway, piece->read.bytes);
	return rc;
}

static int fit_maker(struct wh_pipe *p)
{
	if (p->made == p->table)
		return WH_OK;
	wh_maker_close(p->maker);
	p->made = NULL;
	int rc = wh_maker_open(p->table, &p->rules, &p->maker, &p->error);
	if (rc == WH_OK)
		p->made = p->table;
	return rc;
}

static int read_unit(struct wh_pipe *p)
{
	uint64_t ordinal = 0;
	int rc = fit_maker(p);
	if (rc == WH_OK)
		rc = p->source->kind->seek(p->source, p->unit, &p->error);
	while (rc == WH_OK && !atomic_load(&p->give_up)) {
		struct wh_piece *piece = wh_queue_take(&p->empty);
		if (!piece)
			break;
		rc = read_piece(p, piece, &ordinal);
		if (rc < 0 || !wh_queue_put(&p->full, piece)) {
			wh_queue_put(&p->empty, piece);
			break;
		}
	}
	struct wh_error ignored = { 0 };
	if (rc != WH_DONE && p->source->kind->seek(p->source, NULL, &ignored) < 0 && rc == WH_OK) {
		p->error = ignored;
		rc = ignored.code;
	}
	return rc == WH_DONE ? WH_OK : rc;
}

static void *reader_main(void *context)
{
	struct wh_pipe *p = context;
	while (wh_queue_take(&p->work)) {
		wh_error_clear(&p->error);
		p->rc = read_unit(p);
		wh_queue_put(&p->full, &end_piece);
	}
	return NULL;
}

int wh_pipe_start(struct wh_pipe *p, struct wh_conn *source, struct wh_error *error)
{
	p->source = source;
	wh_queue_init(&p->work, 1);
	wh_queue_init(&p->full, WH_PIPE_BATCHES + 1);
	wh_queue_init(&p->empty, WH_PIPE_BATCHES);
	for (size_t i = 0; i < WH_PIPE_BATCHES; i++)
		wh_queue_put(&p->empty, &p->pieces[i]);
	p->started = !pthread_create(&p->thread, NULL, reader_main, p);
	if (!p->started)
		return wh_fail(error, WH_STOP, "no more threads can be started; use fewer --workers");
	return WH_OK;
}

void wh_pipe_finish(struct wh_pipe *p)
{
	if (!p->source)
		return;
	wh_queue_close(&p->work);
	if (p->started)
		pthread_join(p->thread, NULL);
	wh_queue_finish(&p->work);
	wh_queue_finish(&p->full);
	wh_queue_finish(&p->empty);
	for (size_t i = 0; i < WH_PIPE_BATCHES; i++) {
		wh_batch_finish(&p->pieces[i].read);
		wh_stage_finish(&p->pieces[i].stage);
	}
	wh_maker_close(p->maker);
	*p = (struct wh_pipe){ 0 };
}

void wh_pipe_begin(struct wh_pipe *p, const struct wh_plan_table *table, const struct wh_unit *unit)
{
	p->table = table;
	p->unit = unit;
	atomic_store(&p->give_up, false);
	wh_queue_put(&p->work, p);
}

struct wh_piece *wh_pipe_next(struct wh_pipe *p)
{
	struct wh_piece *piece = wh_queue_take(&p->full);
	if (piece != &end_piece)
		return piece;
	p->unit = NULL;
	return NULL;
}

void wh_pipe_return(struct wh_pipe *p, struct wh_piece *piece)
{
	atomic_fetch_sub(&p->underway, piece->read.bytes);
	if (piece->read.bytes > 4u * WH_BATCH_BYTES) {
		wh_batch_finish(&piece->read);
		wh_stage_finish(&piece->stage);
		piece->table = NULL;
	}
	wh_queue_put(&p->empty, piece);
}

int wh_pipe_end(struct wh_pipe *p, struct wh_error *error)
{
	atomic_store(&p->give_up, true);
	struct wh_piece *piece;
	while (p->unit && (piece = wh_pipe_next(p)))
		wh_pipe_return(p, piece);
	if (p->rc < 0) {
		*error = p->error;
		error->side = WH_SOURCE;
	}
	return p->rc;
}

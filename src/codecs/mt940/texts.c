/* :86: and :NS:, texts of an entry or of a statement, and their details. */
#include "codecs/mt940/reader.h"

/* An entry's where one is open, else the statement's. */
static void put_text(struct wh_mt_reader *r, struct wh_codec_text text)
{
	struct wh_mt_row *row = &r->rows[r->entered ? WH_MT_ENTRY : WH_MT_STATEMENT];
	size_t column = r->entered ? WH_ENTRY_TEXT : WH_STATEMENT_TEXT;
	if (row->cells[column].there)
		wh_mt_put(row, column, "\n", 1);
	wh_mt_reader_text(r, row, column, text);
}

bool wh_mt_take_text(struct wh_mt_reader *r, const struct wh_mt_tag *tag)
{
	struct wh_mt_row *entry = &r->rows[WH_MT_ENTRY];
	struct wh_codec_text text = { wh_buffer_string(&r->lines), r->lines.size };
	bool plain = tag->name[0] == '8';
	if (r->entered && entry->fault.size)
		wh_buffer_put(&entry->raw, r->piece->bytes, r->piece->size);
	if (plain)
		put_text(r, text);
	if (!r->wants_details)
		return true;
	if (plain)
		wh_mt_details_86(&r->details, text.bytes, text.n);
	else
		wh_mt_details_ns(&r->details, text.bytes, text.n);
	r->details_at = r->at;
	r->details_tag = tag;
	return true;
}

bool wh_mt_reader_detail(struct wh_mt_reader *r)
{
	if (r->next_detail == r->details.count)
		return false;
	const struct wh_mt_detail *detail = &r->details.items[r->next_detail++];
	const struct wh_mt_row *entry = &r->rows[WH_MT_ENTRY];
	struct wh_mt_row *row = &r->rows[WH_MT_DETAIL];
	wh_mt_reader_place(r, WH_MT_DETAIL, WH_DETAIL_STATEMENT);
	wh_mt_put_number(row, WH_DETAIL_ITEM, (int64_t)r->next_detail);
	if (!entry->fault.size) /* else it is in quarantine, where nothing can point at it */
		wh_mt_copy(row, WH_DETAIL_ENTRY, entry, WH_MT_RECORD);
	wh_mt_put(row, WH_DETAIL_TAG, r->details_tag->name, strlen(r->details_tag->name));
	wh_mt_put(row, WH_DETAIL_CODE, detail->code, strlen(detail->code));
	wh_mt_reader_text(r, row, WH_DETAIL_VALUE,
		(struct wh_codec_text){ wh_buffer_string(&r->details.values) + detail->first, detail->n });
	wh_mt_reader_give(r, WH_MT_DETAIL);
	return true;
}

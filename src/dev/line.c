/* line.c - the queue between the host and a serial interface: see line.h. */
#include "dev/line.h"

unsigned line_space(const struct line *line)
{
    return LINE_QUEUE - line->count;
}

bool line_type(struct line *line, u8 ch)
{
    if (line->count == LINE_QUEUE)
        return false;
    line->queue[(line->head + line->count) % LINE_QUEUE] = ch;
    line->count++;
    if (line->arrived)
        line->arrived(line->arrived_ctx);
    return true;
}

bool line_take(struct line *line, u8 *ch)
{
    if (line->count == 0)
        return false;
    *ch = line->queue[line->head];
    line->head = (line->head + 1) % LINE_QUEUE;
    line->count--;
    return true;
}

void line_send(struct line *line, u8 ch)
{
    line->past[line->sent++ % LINE_PAST] = ch;
    if (line->tap)
        line->tap(line->tap_ctx);
    if (line->sink && !line->muted)
        line->sink(line->sink_ctx, ch);
}

bool line_ends_in(const struct line *line, const char *text, size_t len)
{
    if (len == 0 || len > LINE_PAST || len > line->sent)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((line->past[(line->sent - len + i) % LINE_PAST] & 0177) != (text[i] & 0177))
            return false;
    return true;
}

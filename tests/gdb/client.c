/* client.c - a gdb client for the tests, written after the protocol's document: it knows nothing of
 * vm11's source.
 *
 *     client WHERE SCRIPT      hold the conversation of a script at unix:PATH or tcp:PORT
 *     client WHERE noise SEED  be a nuisance, then see that a packet is still answered
 *     client WHERE deaf        ask and never listen, until the other side hangs up
 *
 * A line of a script is a packet's body and what the answer must look like, a shell pattern:
 *
 *     m200,4 -> 800a1f10
 *
 * Lines may also begin with
 *
 *     !LINE -> PATTERN   `monitor LINE`; the pattern is of what it prints, newlines shown as |
 *     &BODY              send a packet, and do not wait for the answer
 *     ^C                 interrupt
 *     -> PATTERN         wait for the answer
 *     \xHH...            these bytes, without a frame
 *     close, open        hang up, connect again
 *     second -> PATTERN  connect beside this, and be turned away with that packet
 *     |COMMAND           a command of the shell, which must succeed
 *     # text
 *
 * Every packet of the other side is checked, and acknowledged until both sides agree to do without.
 * Status 0: all was as the script says.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fnmatch.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define TRIES    100   /* of a tenth of a second, to connect */
#define PATIENCE 20000 /* ms for an answer */
#define BODY_MAX 8192

struct client {
    const char *where;
    int fd;
    bool acks;
    unsigned line;
    char in[65536]; /* come and not yet taken */
    size_t in_len;
    char answer[BODY_MAX];
    char output[65536];
    bool awaits_ack;
};

static void fail(const struct client *c, const char *fmt, ...)
{
    va_list ap;

    fprintf(stderr, "client: line %u: ", c->line);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\n");
    exit(1);
}

static int dial(const char *where)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    struct sockaddr_in inet = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    bool is_local = strncmp(where, "unix:", 5) == 0;
    int fd = socket(is_local ? AF_UNIX : AF_INET, SOCK_STREAM, 0), rc;

    snprintf(local.sun_path, sizeof local.sun_path, "%s", where + 5);
    inet.sin_port = htons((unsigned short)atoi(where + 4));
    rc = is_local ? connect(fd, (struct sockaddr *)&local, sizeof local)
                  : connect(fd, (struct sockaddr *)&inet, sizeof inet);
    if (rc == 0)
        return fd;
    close(fd);
    return -1;
}

static void open_it(struct client *c)
{
    c->fd = -1;
    for (int i = 0; i < TRIES && (c->fd = dial(c->where)) < 0; i++)
        usleep(100000);
    if (c->fd < 0)
        fail(c, "%s: %s", c->where, strerror(errno));
    c->acks = true;
    c->awaits_ack = false;
    c->in_len = 0;
}

static void put(struct client *c, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len) {
        ssize_t n = send(c->fd, at, len, MSG_NOSIGNAL);
        if (n < 0)
            fail(c, "sending: %s", strerror(errno));
        at += n;
        len -= (size_t)n;
    }
}

/* More bytes; false: the other side has hung up, or says nothing. */
static bool get(struct client *c)
{
    struct pollfd ready = {.fd = c->fd, .events = POLLIN};
    ssize_t n;

    if (c->in_len == sizeof c->in || poll(&ready, 1, PATIENCE) <= 0)
        return false;
    n = recv(c->fd, c->in + c->in_len, sizeof c->in - c->in_len, 0);
    if (n <= 0)
        return false;
    c->in_len += (size_t)n;
    return true;
}

static void drop(struct client *c, size_t n)
{
    c->in_len -= n;
    memmove(c->in, c->in + n, c->in_len);
}

/* The next packet of the other side, in c->answer. False: none comes. */
static bool take_packet(struct client *c)
{
    for (;;) {
        char *hash = memchr(c->in, '#', c->in_len), sum[3] = "";
        size_t len;
        unsigned char added = 0;

        if (c->in_len && c->in[0] == '+') {
            c->awaits_ack = false;
            drop(c, 1);
            continue;
        }
        if (c->in_len && c->in[0] != '$')
            fail(c, "neither a packet nor an acknowledgement: %02x", c->in[0] & 255);
        if (!hash || hash + 2 >= c->in + c->in_len) {
            if (!get(c))
                return false;
            continue;
        }
        if (c->awaits_ack)
            fail(c, "answered, but not acknowledged");
        len = (size_t)(hash - c->in) - 1;
        for (size_t i = 1; i <= len; i++)
            added = (unsigned char)(added + c->in[i]);
        memcpy(sum, hash + 1, 2);
        if (strtoul(sum, NULL, 16) != added || len >= sizeof c->answer)
            fail(c, "a packet's sum is wrong, or it is too long");
        memcpy(c->answer, c->in + 1, len);
        c->answer[len] = 0;
        drop(c, len + 4);
        if (c->acks)
            send(c->fd, "+", 1, MSG_NOSIGNAL); /* he may have said his last word */
        return true;
    }
}

static void send_packet(struct client *c, const char *body, size_t len)
{
    static char frame[BODY_MAX + 8];
    unsigned char added = 0;

    for (size_t i = 0; i < len; i++)
        added = (unsigned char)(added + body[i]);
    frame[0] = '$';
    memcpy(frame + 1, body, len);
    snprintf(frame + 1 + len, 4, "#%02x", added);
    put(c, frame, len + 4);
    c->awaits_ack = c->acks;
    c->output[0] = 0;
}

/* The answer to a packet; output before it is kept. */
static bool await(struct client *c)
{
    while (take_packet(c)) {
        size_t used = strlen(c->output);

        if (c->answer[0] != 'O' || c->answer[1] == 'K')
            return true;
        for (const char *p = c->answer + 1; p[0] && p[1] && used < sizeof c->output - 1; p += 2) {
            char digits[3] = {p[0], p[1], 0};
            char ch = (char)strtoul(digits, NULL, 16);
            c->output[used++] = ch == '\n' ? '|' : ch;
        }
        c->output[used] = 0;
    }
    return false;
}

static void compare(struct client *c, const char *text, const char *pattern)
{
    if (fnmatch(pattern, text, 0))
        fail(c, "\"%s\", not \"%s\"", text, pattern);
}

static void ask(struct client *c, const char *body, size_t len, const char *pattern)
{
    send_packet(c, body, len);
    if (!await(c))
        fail(c, "%s: no answer", body);
    compare(c, c->answer, pattern);
    if (strcmp(body, "QStartNoAckMode") == 0)
        c->acks = false;
}

static void ask_monitor(struct client *c, const char *line, const char *pattern)
{
    char body[BODY_MAX] = "qRcmd,";
    size_t used = strlen(body);

    for (; *line && used < sizeof body - 3; line++, used += 2)
        snprintf(body + used, 3, "%02x", *line & 255);
    ask(c, body, used, "OK");
    compare(c, c->output, pattern);
}

/* \x24\x6d -> the bytes. */
static void put_raw(struct client *c, const char *text)
{
    for (; strncmp(text, "\\x", 2) == 0; text += 4) {
        char digits[3] = {text[2], text[2] ? text[3] : 0, 0},
             byte = (char)strtoul(digits, NULL, 16);
        put(c, &byte, 1);
    }
}

/* A second client: it gets one packet, and is hung up on. */
static void be_second(const struct client *c, const char *pattern)
{
    static struct client other;

    other = (struct client){.where = c->where, .line = c->line};
    open_it(&other);
    other.acks = false;
    if (!take_packet(&other))
        fail(c, "turned away without a word");
    compare(&other, other.answer, pattern);
    if (get(&other))
        fail(c, "not turned away");
    close(other.fd);
}

static void obey(struct client *c, char *line)
{
    char *arrow = strstr(line, "->"), *pattern = arrow ? arrow + 2 : NULL;

    if (pattern && *pattern == ' ')
        pattern++;
    if (arrow)
        *arrow = 0;
    for (size_t len = strlen(line); len && line[len - 1] == ' ';)
        line[--len] = 0;
    if (line[0] == '#' || (!line[0] && !pattern)) {
        return;
    } else if (strcmp(line, "close") == 0) {
        close(c->fd);
    } else if (strcmp(line, "open") == 0) {
        open_it(c);
    } else if (strcmp(line, "^C") == 0) {
        put(c, "\003", 1);
    } else if (strcmp(line, "second") == 0 && pattern) {
        be_second(c, pattern);
    } else if (line[0] == '|') {
        if (system(line + 1) != 0)
            fail(c, "%s: it failed", line + 1);
    } else if (line[0] == '&') {
        send_packet(c, line + 1, strlen(line + 1));
    } else if (line[0] == '\\') {
        put_raw(c, line);
    } else if (line[0] == '!' && pattern) {
        ask_monitor(c, line + 1, pattern);
    } else if (!line[0]) {
        if (!await(c))
            fail(c, "no answer");
        compare(c, c->answer, pattern);
    } else if (pattern) {
        ask(c, line, strlen(line), pattern);
    } else {
        fail(c, "what is this? %s", line);
    }
}

static int converse(struct client *c, const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    char line[BODY_MAX];

    if (!file) {
        perror(path);
        return 2;
    }
    open_it(c);
    while (fgets(line, sizeof line, file)) {
        c->line++;
        line[strcspn(line, "\n")] = 0;
        obey(c, line);
    }
    fclose(file);
    return 0;
}

/* --- noise -------------------------------------------------------------------------------- */

static uint32_t next(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* A body of random letters behind a real beginning; none that ends the conversation. */
static size_t random_body(uint32_t *seed, char *body)
{
    static const char *const begins[] = {
        "m",      "M",   "X",           "Z0,",    "Z2,",       "z1,", "g",   "G",
        "p",      "P",   "qSupported:", "vCont;", "vCont;s:p", "H",   "T",   "qThread",
        "bsx",    "Q",   "?",           "C",      "S",         "_",   "m0,", "X0,4:",
        "M0,ff:", "G00", "mffffffff,",  "vKil",   "s",         "bs"};
    static const char letters[] = "0123456789abcdef,:;=-p.}";
    size_t len, count = next(seed) % 40;

    len = (size_t)sprintf(body, "%s", begins[next(seed) % (sizeof begins / sizeof *begins)]);
    for (size_t i = 0; i < count; i++)
        body[len++] = letters[next(seed) % (sizeof letters - 1)];
    return len;
}

/* Read what has come, and throw it away. */
static void discard(struct client *c, int ms)
{
    struct pollfd ready = {.fd = c->fd, .events = POLLIN};
    char bytes[4096];

    while (poll(&ready, 1, ms) > 0 && recv(c->fd, bytes, sizeof bytes, 0) > 0)
        ;
    c->in_len = 0;
}

static void be_noisy(struct client *c, uint32_t *seed)
{
    char bytes[8192];
    size_t len = next(seed) % sizeof bytes;

    switch (next(seed) % 5) {
    case 0: /* bytes */
        for (size_t i = 0; i < len; i++)
            bytes[i] = (char)(next(seed) >> 8);
        put(c, bytes, len);
        break;
    case 1: /* a packet that does not end */
        memset(bytes, 'm', sizeof bytes);
        bytes[0] = '$';
        put(c, bytes, len);
        break;
    case 2: /* one that is far too long */
        put(c, "$X0,ffffffffffffffff:", 21);
        memset(bytes, '}', sizeof bytes);
        for (int i = 0; i < 40; i++)
            put(c, bytes, sizeof bytes);
        put(c, "#00", 3);
        break;
    default: /* packets */
        for (int i = 0; i < 20; i++)
            send_packet(c, bytes, random_body(seed, bytes));
        break;
    }
    discard(c, 0);
}

static int noise(struct client *c, uint32_t seed)
{
    for (unsigned i = 0; i < 60; i++) {
        c->line = i + 1;
        open_it(c);
        for (unsigned n = next(&seed) % 8; n; n--)
            be_noisy(c, &seed);
        close(c->fd);
    }
    open_it(c);
    ask(c, "qC", 2, "QC1");
    ask(c, "g", 1, "????????????????????????????????????");
    return 0;
}

static int deaf(struct client *c)
{
    static const char packet[] = "$m0,1000#8a";

    open_it(c);
    for (unsigned i = 0; i < 10000000; i++)
        if (send(c->fd, packet, sizeof packet - 1, MSG_NOSIGNAL) < 0)
            return 0;
    fail(c, "nobody hangs up");
    return 1;
}

int main(int argc, char **argv)
{
    static struct client c;

    if (argc < 3)
        return 2;
    c.where = argv[1];
    if (argc == 4 && strcmp(argv[2], "noise") == 0)
        return noise(&c, (uint32_t)strtoul(argv[3], NULL, 10));
    if (strcmp(argv[2], "deaf") == 0)
        return deaf(&c);
    return converse(&c, argv[2]);
}

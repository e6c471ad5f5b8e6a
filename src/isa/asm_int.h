/* asm_int.h - what the files of the assembler share; nobody else includes it.
 *
 *   asm.c        the call, the passes, one statement
 *   asm_src.c    files, macros and repeats as lines
 *   asm_sym.c    memory, names, labels
 *   asm_expr.c   expressions          asm_flt.c    floating numbers
 *   asm_insn.c   operands and instructions
 *   asm_data.c   storage              asm_ctl.c    sections, modes, listing control
 *   asm_cond.c   conditionals         asm_macro.c  macros and repeats
 *   asm_msg.c    messages, hints      asm_list.c   the listing
 *
 * The source is walked at least twice. Only the last pass (`final`) stores bytes and reports
 * errors; the passes before it find the values of the symbols. A symbol that is used before its
 * definition has in the last pass the value of the pass before it; where the layout depends on
 * such a value it is refused, so that all passes see the same layout.
 */
#ifndef VM11_ISA_ASM_INT_H
#define VM11_ISA_ASM_INT_H

#include "base/assert.h"
#include "isa/asm.h"
#include "isa/isa.h"

enum {
    ASM_LINE_MAX = 1000,        /* characters of a line */
    ASM_NAME_MAX = 80,          /* characters of a symbol */
    ASM_TEXT_MAX = 16 << 20,    /* characters of source in all, per pass */
    ASM_SYMBOLS_MAX = 100000,   /* names of all kinds */
    ASM_MEMORY_MAX = 128 << 20, /* bytes for names and macros */
    ASM_MESSAGES_MAX = 100,     /* then the rest is not told */
    ASM_INPUTS_MAX = 64,        /* nested files, macro calls and repeats */
    ASM_CONDS_MAX = 64,         /* nested conditionals */
    ASM_NESTING_MAX = 40,       /* nested <...> and unary operators */
    ASM_SECTIONS_MAX = 64,
    ASM_PASSES_MAX = 8,        /* before the last one */
    ASM_ARGS_MAX = 32,         /* arguments of a macro */
    ASM_LISTED_MAX = 2048,     /* values that the listing shows of one line */
    ASM_CREATED_FIRST = 30000, /* the first local label that ?X makes */
    ASM_SPACE = 0200000,       /* bytes of a program's address space */
};

struct assembly;

/* A name that the assembler knows from the start: an instruction, a directive. */
struct asm_perm {
    const char *name;
    void (*handle)(struct assembly *a, unsigned arg); /* does the statement, behind the name */
    unsigned arg;
    u16 word; /* value of the name in an expression; directives have none */
    bool has_word;
};

/* Kinds of names; each has its own name space. ENTRY_LOCAL + n: the local labels of block n. */
enum { ENTRY_SYMBOL, ENTRY_PERM, ENTRY_MACRO, ENTRY_LOCAL };

struct asm_entry {
    struct asm_entry *chain; /* of the same hash */
    struct asm_entry *next;  /* in order of appearance */
    const char *name;        /* upper case */
    u32 space;
    unsigned pass;    /* the pass that last defined it; 0: never */
    const char *file; /* where that was */
    unsigned line;
    u16 value;
    bool label;   /* NAME: */
    bool address; /* the value is an address, not a number */
    bool global, predefined;
    bool assigned_twice;
    u8 reg; /* enum asm_reg */
    const struct asm_perm *perm;
    const struct asm_macro *macro;
};

/* Whether a value is a register, and how it was written: `%6` is whatever the place wants, `SP`
 * and `AC1` are only what they say. */
enum asm_reg { REG_NONE, REG_NUMBER, REG_GENERAL, REG_FLOATING };

struct asm_value {
    u16 v;
    u8 reg;                        /* enum asm_reg */
    i8 relocs;                     /* 1: an address, 0: a number */
    const struct asm_entry *later; /* a symbol in it that is not defined yet on this line */
};

/* Arguments are slices of text that somebody else owns. */
struct asm_slice {
    const char *text;
    size_t len;
};

struct asm_formal {
    struct asm_slice name;
    struct asm_slice value; /* default */
    bool created;           /* ?NAME */
};

struct asm_macro {
    const char *name;
    const struct asm_formal *formal;
    unsigned formals;
    struct asm_slice body;
    const char *file;
    unsigned line; /* of the .MACRO line */
};

enum asm_input_kind { INPUT_FILE, INPUT_MACRO, INPUT_REPEAT };

/* A text that lines are read from. Inputs nest: files, macro calls, repeats. */
struct asm_input {
    struct asm_input *outer;
    enum asm_input_kind kind;
    const char *file; /* whose lines these are */
    unsigned line;    /* the line last read */
    const char *p, *end;
    unsigned conds;    /* conditionals open when it began */
    char *owned;       /* expanded text, freed with the input */
    const char *macro; /* name of the macro, NULL for others */
    unsigned args;     /* .NARG */
    /* repeats */
    struct asm_slice body;
    unsigned first;          /* line before the body */
    unsigned left;           /* .REPT: turns to come */
    struct asm_slice formal; /* .IRP, .IRPC: the name that is replaced */
    char *list;              /* .IRP, .IRPC: 0-terminated arguments to come, owned */
    size_t list_pos;
    bool by_char; /* .IRPC */
};

/* An open conditional. */
struct asm_cond {
    bool outer;  /* what is around it is assembled */
    bool result; /* of the condition */
    bool active; /* this part is assembled */
    const char *file;
    unsigned line;
};

struct asm_section {
    char name[ASM_NAME_MAX + 1];
    bool absolute;
    unsigned pass; /* last pass that entered it */
    u32 base;      /* first address */
    u32 dot;       /* where it goes on */
    u32 high;      /* highest dot of this pass */
};

/* One value of the listing. */
struct asm_listed {
    u16 addr, value;
    bool byte;
};

struct asm_text {
    char *text;
    size_t len, size;
};

struct assembly {
    const struct asm_options *opt;
    struct asm_result *result;
    const char *name;   /* of the source */
    unsigned last_line; /* of the input last left: where messages at the end point */
    bool no_memory;
    bool fatal; /* a limit was broken: give up */
    bool ended; /* .END */
    bool again; /* NAME= has got another value than in the pass before */
    unsigned pass;
    bool final;

    /* memory and names */
    struct asm_chunk *chunks;
    size_t allocated;
    struct asm_entry **hash;
    struct asm_entry *first, *last;
    unsigned entries;
    struct asm_file *files;

    /* the line */
    struct asm_input *input;
    unsigned inputs;
    size_t text_read;
    char line[ASM_LINE_MAX + 1]; /* 0-terminated */
    const char *p;               /* in line: what comes next */
    bool expansion;              /* the line comes from a macro or a repeat */
    bool bad;                    /* an error was found on this line */
    unsigned nesting;

    /* state of the source */
    unsigned radix;
    u32 dot;           /* the location counter, 0..65536 */
    u32 block, blocks; /* of local labels: the present one, how many there were */
    bool lsb, ama, truncate;
    unsigned created;
    struct asm_cond cond[ASM_CONDS_MAX];
    unsigned conds;
    struct asm_section section[ASM_SECTIONS_MAX];
    unsigned sections, current;
    unsigned saved[16], saves;

    /* output */
    u8 *used; /* one per byte of the image */
    bool overlap_told, space_told;

    /* listing */
    struct asm_text listing;
    int list_level;
    bool list_me, list_meb, list_bex, list_cnd, list_md;
    struct asm_listed listed[ASM_LISTED_MAX];
    unsigned listed_count;
    u16 line_addr, line_value;
    bool show_addr, show_value;
    unsigned messages_listed;
};

/* asm_msg.c: messages. All but asm_fatal are silent before the last pass; of the errors on a line
 * the first one is told. */
#define ASM_FORMAT(n) __attribute__((format(printf, n, n + 1)))
void asm_error(struct assembly *a, const char *fmt, ...) ASM_FORMAT(2);
void asm_warn(struct assembly *a, const char *fmt, ...) ASM_FORMAT(2);
void asm_note(struct assembly *a, const char *fmt, ...) ASM_FORMAT(2);
void asm_fatal(struct assembly *a, const char *fmt, ...) ASM_FORMAT(2);
/* An error at another line than the present one. */
void asm_error_at(struct assembly *a, const char *file, unsigned line, const char *fmt, ...)
    ASM_FORMAT(4);
/* Complain of an unknown instruction or directive, with a hint. */
void asm_unknown(struct assembly *a, const char *name);
/* Complain of an undefined symbol, with a hint. */
void asm_undefined(struct assembly *a, const char *name);

/* asm_sym.c: memory that lives as long as the assembly, zeroed; NULL sets a->no_memory. */
void *asm_alloc(struct assembly *a, size_t size);
char *asm_copy(struct assembly *a, const char *text, size_t len);
void asm_memory_free(struct assembly *a);
/* The entry of a name (upper case) in a name space; made, if `make`. NULL: not there, no room. */
struct asm_entry *asm_entry(struct assembly *a, const char *name, u32 space, bool make);
bool asm_names_init(struct assembly *a);
bool asm_name_char(char ch);
/* Read a symbol at a->p into name[ASM_NAME_MAX + 1], in upper case; false, nothing read: none. */
bool asm_name(struct assembly *a, char *name);
/* Read a local label's number and `$` likewise. */
bool asm_local_name(struct assembly *a, char *name);
void asm_blanks(struct assembly *a);
/* Whether the statement ends here: end of line or comment. */
bool asm_at_end(struct assembly *a);
/* Complain unless the statement ends here. */
void asm_want_end(struct assembly *a);
/* Skip blanks and one comma. */
void asm_comma(struct assembly *a);
void asm_label(struct assembly *a, const char *name, bool local, bool global);
void asm_assign(struct assembly *a, const char *name, const struct asm_value *value, bool global);
struct asm_entry *asm_local_entry(struct assembly *a, const char *name, bool make);

/* asm_expr.c. They report what is wrong; false: there was no expression to read. */
bool asm_expr(struct assembly *a, struct asm_value *value);
/* A number that must not depend on symbols defined later; 0 where it does. `what` names it. */
bool asm_expr_known(struct assembly *a, const char *what, u16 *value);
/* Code of a character in RADIX-50, or -1. */
int asm_rad50(char ch);

/* asm_flt.c: read a decimal floating number at *p into 1, 2 or 4 words, rounded or truncated.
 * Returns NULL, or what is wrong; *p stays where there is no number. */
const char *asm_float(const char **p, unsigned words, bool truncate, u16 *out);

/* asm_insn.c */
extern const struct asm_perm asm_insn_perms[];
void asm_insn(struct assembly *a, unsigned op);
/* Read an operand as .NTYPE does: its 6 bits. */
bool asm_operand_type(struct assembly *a, u16 *spec);

/* asm_data.c */
extern const struct asm_perm asm_data_perms[];
void asm_emit_byte(struct assembly *a, u8 byte);
void asm_emit_word(struct assembly *a, u16 word);
void asm_word_list(struct assembly *a);
/* Move the location counter; complains where it leaves the address space. */
void asm_dot_set(struct assembly *a, u32 dot);

/* asm_ctl.c */
extern const struct asm_perm asm_ctl_perms[];
void asm_sections_begin(struct assembly *a);
/* Lay the sections out by what the pass has found; true where one of them moved. */
bool asm_sections_place(struct assembly *a);

/* asm_cond.c */
extern const struct asm_perm asm_cond_perms[];
bool asm_skipping(const struct assembly *a);
/* In a skipped part: obey the directive of the line if it is one of a conditional. */
void asm_cond_skipped(struct assembly *a);
void asm_conds_close(struct assembly *a, unsigned depth, bool complain);

/* asm_macro.c */
extern const struct asm_perm asm_macro_perms[];
void asm_macro_call(struct assembly *a, const struct asm_macro *macro);
/* Read one argument of a macro, a conditional or an .IRP: <...>, ^/.../ or up to a separator. */
bool asm_argument(struct assembly *a, struct asm_slice *arg);
/* Begin the next turn of a repeat; false where it is over. */
bool asm_repeat_next(struct assembly *a, struct asm_input *input);

/* asm_src.c */
struct asm_input *asm_input_push(struct assembly *a, enum asm_input_kind kind, const char *file,
                                 struct asm_slice text);
void asm_input_pop(struct assembly *a);
/* Read the next line into a->line; false at the end of all. */
bool asm_line_next(struct assembly *a);
/* Read the lines up to the .ENDM or .ENDR that ends the body begun on this line; false, with an
 * error, where there is none. */
bool asm_collect(struct assembly *a, const char *what, struct asm_slice *body);
/* The directive of the present line behind its labels, "" where there is none; moves a->p. */
void asm_line_directive(struct assembly *a, char *name);
void asm_include(struct assembly *a, const char *name);
void asm_files_free(struct assembly *a);
/* The place that messages name. */
void asm_position(const struct assembly *a, const char **file, unsigned *line);

/* asm_list.c */
void asm_list_value(struct assembly *a, u16 addr, u16 value, bool byte);
void asm_list_line(struct assembly *a, bool skipped);
/* The end of the listing: messages after the last line, and the symbols. */
void asm_list_symbols(struct assembly *a);
void asm_text_put(struct assembly *a, struct asm_text *text, const char *fmt, ...) ASM_FORMAT(3);

/* asm.c */
void asm_statement(struct assembly *a);

#endif

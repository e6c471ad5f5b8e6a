/* gen.c - build-time tool: completions and the option lists of the man pages, from the tables.
 *
 *     gen bash | gen zsh              the completion of that shell, to stdout
 *     gen man COMMAND TEMPLATE        the template with its lines @OPTIONS@ and @COMMANDS@ (of the
 *                                     monitor) replaced, to stdout
 *     gen commands                    the monitor's commands in Markdown, to stdout
 */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "monitor/monitor.h"

/* What completes the value of an option, or the operand. */
enum source { SOURCE_NOTHING, SOURCE_FILE, SOURCE_UNIT, SOURCE_CONSOLE, SOURCE_REG, SOURCE_WORDS };

static enum source source_of(const struct option *o)
{
    static const char *const name[] = {"", "FILE", "UNIT", "CONSOLE", "REG"};

    if (!o->words)
        return SOURCE_NOTHING;
    for (int i = SOURCE_FILE; i < SOURCE_WORDS; i++)
        if (strcmp(o->words, name[i]) == 0)
            return (enum source)i;
    return SOURCE_WORDS;
}

/* Words that stand for a source; a word that ends in `=` or `:` goes on. */
static const char *const source_words[] = {
    [SOURCE_NOTHING] = "",
    [SOURCE_FILE] = "",
    [SOURCE_UNIT] = "rk0= rk1= rk2= rk3= rk4= rk5= rk6= rk7= pr= pp= lp=",
    [SOURCE_CONSOLE] = "tty pty unix: tcp: file: null",
    [SOURCE_REG] = "r0= r1= r2= r3= r4= r5= sp= pc= ps= sr=",
};

static const char *words_of(const struct option *o)
{
    enum source source = source_of(o);
    return source == SOURCE_WORDS ? o->words : source_words[source];
}

static void bash_values(const struct command *c)
{
    printf("        case $prev in\n");
    for (const struct option *o = c->options; o->name; o++) {
        if (!o->arg)
            continue;
        printf("        --%s", o->name);
        if (o->letter)
            printf(" | -%c", o->letter);
        printf(") words=\"%s\" files=%d ;;\n", words_of(o), source_of(o) == SOURCE_FILE);
    }
    printf("        esac\n");
}

static void bash_options(const struct command *c)
{
    printf("        options=\"");
    for (const struct option *o = c->options; o->name; o++)
        printf("--%s%s", o->name, o->arg ? "= " : " ");
    printf("--help --version\"\n");
    if (!c->operand)
        printf("        operands=0\n");
}

static const char bash_head[] =
    "# bash completion for vm11. Generated from the tables of options: do not edit.\n"
    "_vm11() {\n"
    "    local cur prev words= files=0 options= operands=1\n"
    "    cur=${COMP_WORDS[COMP_CWORD]}\n"
    "    prev=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    # `--name=value` comes as three words.\n"
    "    if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then "
    "prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
    "    COMPREPLY=()\n"
    "    if ((COMP_CWORD == 1)); then\n";

static const char bash_tail[] =
    "    if [[ -n $words ]]; then\n"
    "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
    "    elif ((files)); then\n"
    "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
    "    elif [[ $cur == -* ]]; then\n"
    "        COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
    "    elif ((operands)); then\n"
    "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
    "    fi\n"
    "    if [[ ${COMPREPLY[0]-} == *[=:] ]]; then compopt -o nospace; fi\n"
    "}\n"
    "complete -o filenames -F _vm11 vm11\n";

static void print_bash(void)
{
    printf("%s        COMPREPLY=($(compgen -W \"", bash_head);
    for (unsigned i = 0; commands[i]; i++)
        printf("%s ", commands[i]->name);
    printf("--help --version\" -- \"$cur\"))\n        return\n    fi\n"
           "    case ${COMP_WORDS[1]} in\n");
    for (unsigned i = 0; commands[i]; i++) {
        printf("    %s)\n", commands[i]->name);
        bash_options(commands[i]);
        bash_values(commands[i]);
        printf("        ;;\n");
    }
    printf("    esac\n%s", bash_tail);
}

/* Help as zsh wants it between brackets and quotes: the first line. */
static void zsh_text(const char *text)
{
    for (; *text && *text != '\n'; text++) {
        if (strchr("[]:\\", *text))
            putchar('\\');
        if (*text == '\'')
            printf("'\\'");
        putchar(*text);
    }
}

static void zsh_option(const struct option *o)
{
    enum source source = source_of(o);

    /* Repeatable all of them: the parser takes the last. */
    printf("            '*--%s%s[", o->name, o->arg ? "=" : "");
    zsh_text(o->help);
    printf("]");
    if (o->arg) {
        printf(":");
        zsh_text(o->arg);
        if (source == SOURCE_FILE)
            printf(":_files");
        else if (*words_of(o))
            printf(":(%s)", words_of(o));
        else
            printf(": ");
    }
    printf("' \\\n");
}

static void print_zsh(void)
{
    printf("#compdef vm11\n"
           "# zsh completion for vm11. Generated from the tables of options: do not edit.\n"
           "_vm11() {\n"
           "    if ((CURRENT == 2)); then\n"
           "        local -a names\n"
           "        names=(\n");
    for (unsigned i = 0; commands[i]; i++) {
        printf("            '%s:", commands[i]->name);
        zsh_text(commands[i]->about);
        printf("'\n");
    }
    printf("        )\n"
           "        _describe command names\n"
           "        return\n"
           "    fi\n"
           "    local name=$words[2]\n"
           "    shift words\n"
           "    ((CURRENT--))\n"
           "    case $name in\n");
    for (unsigned i = 0; commands[i]; i++) {
        printf("    %s)\n        _arguments \\\n", commands[i]->name);
        for (const struct option *o = commands[i]->options; o->name; o++)
            zsh_option(o);
        printf("            '--help[help]' '--version[version]'%s ;;\n",
               commands[i]->operand ? " '*:file:_files'" : "");
    }
    printf("    esac\n}\n_vm11 \"$@\"\n");
}

/* Text for scdoc: its own marks stand for themselves. */
static void scdoc_text(const char *text)
{
    for (; *text; text++) {
        if (strchr("*_\\#`[]|<>~", *text))
            putchar('\\');
        putchar(*text == '\n' ? ' ' : *text);
    }
}

static void man_options(const struct command *c)
{
    for (const struct option *o = c->options; o->name; o++) {
        if (o->letter)
            printf("*-%c*, ", o->letter);
        printf("*--%s*", o->name);
        if (o->arg) {
            printf(" ");
            scdoc_text(o->arg);
        }
        printf("\n\t");
        scdoc_text(o->help);
        printf(".");
        if (o->fallback) {
            printf(" Default: ");
            scdoc_text(o->fallback);
            printf(".");
        }
        printf("\n\n");
    }
    printf("*-h*, *--help*\n\tThe options, in short.\n\n*--version*\n\tThe version of vm11.\n");
}

/* Lines that stay lines. */
static void man_lines(const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        printf("\t");
        for (size_t i = 0; i < len; i++)
            printf("%s%c", strchr("*_\\#`[]|<>~", text[i]) ? "\\" : "", text[i]);
        text += len + (text[len] == '\n');
        printf("%s\n", *text ? "++" : "");
    }
}

/* The monitor's commands. */
static void man_commands(void)
{
    struct monitor_doc doc;
    const char *group = "";

    for (unsigned i = 0; monitor_describe(i, &doc); i++) {
        if (strcmp(group, doc.group) != 0)
            printf("## %s\n\n", doc.group);
        group = doc.group;
        printf("*%s*%s", doc.name, *doc.args ? " " : "");
        scdoc_text(doc.args);
        printf("\n\t");
        scdoc_text(doc.help);
        if (doc.alias)
            printf(" (also *%s*)", doc.alias);
        printf("%s\n", doc.more ? ".++" : ".");
        if (doc.more)
            man_lines(doc.more);
        printf("\n");
    }
}

/* Text in a cell of a table. */
static void cell(const char *text)
{
    for (; *text; text++)
        printf("%s%c", *text == '|' ? "\\" : "", *text);
}

static void print_commands(void)
{
    struct monitor_doc doc;
    const char *group = "";

    for (unsigned i = 0; monitor_describe(i, &doc); i++) {
        if (strcmp(group, doc.group) != 0)
            printf("%s### %s\n\n| command | does |\n|---|---|\n", *group ? "\n" : "", doc.group);
        group = doc.group;
        printf("| `%s%s", doc.name, *doc.args ? " " : "");
        cell(doc.args);
        printf("`%s%s%s | ", doc.alias ? " (" : "", doc.alias ? doc.alias : "",
               doc.alias ? ")" : "");
        cell(doc.help);
        printf(" |\n");
    }
}

static int print_man(const char *name, const char *path)
{
    const struct command *command = NULL;
    FILE *file = fopen(path, "r");
    char line[1024];

    for (unsigned i = 0; commands[i]; i++)
        if (strcmp(name, commands[i]->name) == 0)
            command = commands[i];
    if (!file || !command)
        return 1;
    while (fgets(line, sizeof line, file)) {
        if (strcmp(line, "@OPTIONS@\n") == 0)
            man_options(command);
        else if (strcmp(line, "@COMMANDS@\n") == 0)
            man_commands();
        else
            fputs(line, stdout);
    }
    fclose(file);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "bash") == 0)
        print_bash();
    else if (argc == 2 && strcmp(argv[1], "zsh") == 0)
        print_zsh();
    else if (argc == 2 && strcmp(argv[1], "commands") == 0)
        print_commands();
    else if (argc == 4 && strcmp(argv[1], "man") == 0)
        return print_man(argv[2], argv[3]);
    else
        return 2;
    return 0;
}

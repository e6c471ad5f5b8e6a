/* prompt.h - the small dialogue behind the escape key. */
#ifndef VM11_CLI_PROMPT_H
#define VM11_CLI_PROMPT_H

struct run;

/* The machine stands; read commands from the terminal until one lets it go on or ends the run. */
void prompt_lead(struct run *run);

#endif

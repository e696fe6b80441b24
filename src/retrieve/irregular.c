/*
 * "What did the insurance pay?" - "The insurance paid ...": stemming does not
 * bring the two together, and coverage would call the answer half an answer.
 * Ranking does without: there the other words carry.
 */
#include <string.h>

#include "query_internal.h"

/* Irregular forms and their base, by the first letter of the form; words of other trades that look alike are left out. */
static const char *const forms[26] = {
	['a' - 'a'] = " ate:eat arose:arise arisen:arise awoke:awake ",
	['b' - 'a'] = " began:begin begun:begin became:become beaten:beat bent:bend bitten:bite blew:blow blown:blow bought:buy "
		      "bred:breed broke:break broken:break brought:bring built:build burnt:burn ",
	['c' - 'a'] = " came:come caught:catch chose:choose chosen:choose ",
	['d' - 'a'] = " dealt:deal drawn:draw drew:draw driven:drive drove:drive dug:dig drank:drink drunk:drink ",
	['e' - 'a'] = " eaten:eat ",
	['f' - 'a'] = " fallen:fall fed:feed fell:fall flew:fly flown:fly forbade:forbid forbidden:forbid forgot:forget "
		      "forgotten:forget fought:fight found:find froze:freeze frozen:freeze fled:flee ",
	['g' - 'a'] = " gave:give given:give gone:go grew:grow grown:grow ",
	['h' - 'a'] = " heard:hear held:hold hid:hide hidden:hide hung:hang ",
	['k' - 'a'] = " kept:keep knew:know known:know ",
	['l' - 'a'] = " laid:lay learnt:learn led:lead lent:lend lost:lose ",
	['m' - 'a'] = " made:make meant:mean met:meet men:man ",
	['p' - 'a'] = " paid:pay proven:prove people:person ",
	['r' - 'a'] = " ran:run rang:ring ridden:ride risen:rise rode:ride rose:rise ",
	['s' - 'a'] = " said:say sang:sing sank:sink sunk:sink saw:see seen:see sent:send shaken:shake shook:shake shot:shoot shown:show "
		      "slept:sleep sold:sell sought:seek spent:spend spoke:speak spoken:speak spun:spin stole:steal stolen:steal stood:stand "
		      "struck:strike stuck:stick sung:sing swam:swim swept:sweep swore:swear sworn:swear ",
	['t' - 'a'] = " taken:take taught:teach thought:think threw:throw thrown:throw told:tell took:take tore:tear torn:tear ",
	['u' - 'a'] = " understood:understand ",
	['w' - 'a'] = " went:go withdrew:withdraw withdrawn:withdraw woke:wake woken:wake won:win wore:wear worn:wear written:write "
		      "wrote:write women:woman ",
};

#define FORM_MAX 11

struct str base_form(struct str word)
{
	char key[FORM_MAX + 2];
	const char *at, *base;

	if (word.len < 3 || word.len > FORM_MAX || word.p[0] < 'a' || word.p[0] > 'z' || !forms[word.p[0] - 'a'])
		return word;
	key[0] = ' ';
	memcpy(key + 1, word.p, word.len);
	key[word.len + 1] = ':';
	at = memmem(forms[word.p[0] - 'a'], strlen(forms[word.p[0] - 'a']), key, word.len + 2);
	if (!at)
		return word;
	base = at + word.len + 2;
	return str_of(base, strcspn(base, " "));
}

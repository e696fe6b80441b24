# bash completion for ibid: put this file where bash-completion looks, or
#	eval "$(ibid completion bash)"
# The words come from `ibid __complete`, which knows the commands and the library.

_ibid() {
	local line=${COMP_LINE:0:COMP_POINT} word head value about i
	local -a words=() found=()

	# bash cuts words at = and :, which are parts of ours (--json=1, tag:work); join what stands without a blank between.
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ $line == [[:space:]]* || ${#words[@]} -eq 0 ]]; then
			words+=("$word")
		else
			words[-1]+=$word
		fi
		line=${line#"${line%%[![:space:]]*}"}
		line=${line#"$word"}
	done
	word=${COMP_WORDS[COMP_CWORD]}
	[[ $word == [=:] ]] && word=
	head=${words[-1]%"$word"}

	while IFS=$'\t' read -r value about; do
		case $value in
		:file) compopt -o default; COMPREPLY=(); return ;;
		:dir) compopt -o dirnames; COMPREPLY=(); return ;;
		esac
		found+=("${value#"$head"}"$'\t'"$about")
	done < <("${COMP_WORDS[0]}" __complete -- "${words[@]:1}" 2> /dev/null)

	COMPREPLY=()
	for line in "${found[@]}"; do
		value=${line%%$'\t'*} about=${line#*$'\t'}
		# 63: the words are only listed, not inserted, so there is room to say what they are.
		if [[ $COMP_TYPE -eq 63 && ${#found[@]} -gt 1 && -n $about ]]; then
			COMPREPLY+=("$value  ($about)")
		else
			COMPREPLY+=("$value")
		fi
	done
}
complete -o nosort -F _ibid ibid

# fish completion for ibid: put this file into ~/.config/fish/completions, or
#	ibid completion fish | source
# The words come from `ibid __complete`, which knows the commands and the library.

function __ibid_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] __complete -- $words[2..-1] "$current" 2> /dev/null)
    switch "$lines[1]"
        case :file
            __fish_complete_path "$current"
        case :dir
            __fish_complete_directories "$current"
        case '*'
            printf '%s\n' $lines
    end
end
complete -c ibid -f -k -a '(__ibid_complete)'

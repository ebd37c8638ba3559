using Actions.Shared.Findings;

namespace Actions.TerraformPlanning.Places;

/// <summary>A block of a configuration that is in no other.</summary>
/// <param name="Type">For example <c>resource</c>.</param>
/// <param name="Labels">What follows the type, for example type and name of a resource, without quotes.</param>
/// <param name="Header">Where its type and labels stand; lines and columns from 1, columns in UTF-16 units.</param>
/// <param name="Body">What is between its braces.</param>
internal sealed record HclBlock(string Type, IReadOnlyList<string> Labels, TextRegion Header, string Body);

/// <summary>
/// Finds the blocks of a file in HashiCorp's configuration language. It knows comments, strings with templates in them, heredocs and brackets, and nothing
/// else of the language: what is not well formed gives fewer blocks, never an error.
/// </summary>
internal sealed class HclBlocks
{
    private readonly string _text;
    private readonly List<HclBlock> _found = [];
    private int _at;
    private int _line = 1;
    private int _lineStart;

    private HclBlocks(string text) => _text = text;

    private bool IsAtEnd => _at >= _text.Length;

    private char Current => _text[_at];

    private int Column => _at - _lineStart + 1;

    /// <summary>The blocks in their order.</summary>
    /// <param name="text">The file.</param>
    public static IReadOnlyList<HclBlock> Scan(string text)
    {
        var scanner = new HclBlocks(text);
        while (!scanner.IsAtEnd)
        {
            scanner.Statement();
        }

        return scanner._found;
    }

    private static bool IsName(char c) => char.IsLetterOrDigit(c) || c is '_' or '-';

    /// <summary>At the outermost level: a block, or something that is passed over.</summary>
    private void Statement()
    {
        if (!char.IsLetter(Current) && Current != '_')
        {
            Token();
            return;
        }

        var (line, column) = (_line, Column);
        var type = Name();
        var labels = new List<string>();
        var end = Column;
        while (true)
        {
            while (!IsAtEnd && Current is ' ' or '\t')
            {
                _at++;
            }

            if (IsAtEnd || Current is not ('"' or '{') && !IsName(Current))
            {
                return;
            }

            if (Current == '{')
            {
                break;
            }

            if (Current == '"')
            {
                var start = _at;
                Quoted();
                labels.Add(_text[(start + 1)..Math.Max(start + 1, _at - 1)]);
            }
            else
            {
                labels.Add(Name());
            }

            end = Column;
        }

        var body = _at + 1;
        Bracket('}');
        _found.Add(new HclBlock(type, labels, new TextRegion(line, column, line, end), _text[body..Math.Max(body, Math.Min(_at - 1, _text.Length))]));
    }

    private string Name()
    {
        var start = _at;
        while (!IsAtEnd && IsName(Current))
        {
            _at++;
        }

        return _text[start.._at];
    }

    /// <summary>One thing that means something by itself.</summary>
    private void Token()
    {
        switch (Current)
        {
            case '\n':
                NewLine();
                break;
            case '#':
            case '/' when Follows("//"):
                RestOfLine();
                break;
            case '/' when Follows("/*"):
                Comment();
                break;
            case '"':
                Quoted();
                break;
            case '<' when Follows("<<"):
                Heredoc();
                break;
            case '{':
                Bracket('}');
                break;
            case '[':
                Bracket(']');
                break;
            case '(':
                Bracket(')');
                break;
            default:
                _at++;
                break;
        }
    }

    private bool Follows(string text) => string.CompareOrdinal(_text, _at, text, 0, text.Length) == 0;

    private void NewLine()
    {
        _at++;
        _line++;
        _lineStart = _at;
    }

    private void RestOfLine()
    {
        while (!IsAtEnd && Current != '\n')
        {
            _at++;
        }
    }

    private void Comment()
    {
        _at += 2;
        while (!IsAtEnd && !Follows("*/"))
        {
            Step();
        }

        _at = Math.Min(_at + 2, _text.Length);
    }

    /// <summary>To behind the bracket that closes the one here. One pass without recursion: brackets may be nested as deep as the file is long.</summary>
    private void Bracket(char closing)
    {
        var open = new Stack<char>();
        open.Push(closing);
        _at++;
        while (!IsAtEnd && open.Count > 0)
        {
            switch (Current)
            {
                case '{':
                    open.Push('}');
                    _at++;
                    break;
                case '[':
                    open.Push(']');
                    _at++;
                    break;
                case '(':
                    open.Push(')');
                    _at++;
                    break;
                case '}' or ']' or ')':
                    if (Current == open.Peek())
                    {
                        open.Pop();
                    }

                    _at++;
                    break;
                default:
                    Token();
                    break;
            }
        }
    }

    /// <summary>A string with what is interpolated into it, in which there may be strings again.</summary>
    private void Quoted()
    {
        // How many braces are open in each template that we are in, the string itself not counted.
        var templates = new Stack<int>();
        _at++;
        var isText = true;
        while (!IsAtEnd)
        {
            if (isText)
            {
                switch (Current)
                {
                    case '\\':
                        _at = Math.Min(_at + 2, _text.Length);
                        continue;
                    case '\n':
                        // No string goes over lines: it is not well formed.
                        return;
                    case '"':
                        _at++;
                        if (templates.Count == 0)
                        {
                            return;
                        }

                        isText = false;
                        continue;
                    case '$' or '%' when Follows("$${") || Follows("%%{"):
                        _at += 3;
                        continue;
                    case '$' or '%' when Follows("${") || Follows("%{"):
                        _at += 2;
                        templates.Push(0);
                        isText = false;
                        continue;
                    default:
                        _at++;
                        continue;
                }
            }

            switch (Current)
            {
                case '"':
                    _at++;
                    isText = true;
                    break;
                case '{':
                    templates.Push(templates.Pop() + 1);
                    _at++;
                    break;
                case '}' when templates.Peek() > 0:
                    templates.Push(templates.Pop() - 1);
                    _at++;
                    break;
                case '}':
                    templates.Pop();
                    _at++;
                    isText = true;
                    break;
                default:
                    Step();
                    break;
            }
        }
    }

    /// <summary><c>&lt;&lt;END</c> or <c>&lt;&lt;-END</c>, to the line that is nothing but <c>END</c>.</summary>
    private void Heredoc()
    {
        _at += 2;
        if (!IsAtEnd && Current == '-')
        {
            _at++;
        }

        var end = Name();
        if (end.Length == 0)
        {
            return;
        }

        RestOfLine();
        while (!IsAtEnd)
        {
            NewLine();
            var start = _at;
            RestOfLine();
            if (_text.AsSpan(start, _at - start).Trim().SequenceEqual(end))
            {
                return;
            }
        }
    }

    private void Step()
    {
        if (Current == '\n')
        {
            NewLine();
        }
        else
        {
            _at++;
        }
    }
}

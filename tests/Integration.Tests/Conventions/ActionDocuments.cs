using System.Text;
using System.Text.RegularExpressions;
using Integration.Tests.Harness;

namespace Integration.Tests.Conventions;

/// <summary>Writes the parts of action.yml and of a README that follow from the declared inputs and outputs.</summary>
internal static partial class ActionDocuments
{
    private const int Width = 140;

    /// <summary>The text of an action.yml with its inputs and outputs written anew; the rest stays.</summary>
    public static string WithDeclarations(string text, ActionManifest declared)
    {
        var start = text.IndexOf("\ninputs:\n", StringComparison.Ordinal) + 1;
        var end = text.IndexOf("\nruns:\n", StringComparison.Ordinal) + 1;
        if (start == 0 || end < start) throw new FormatException("action.yml needs 'inputs:' and, behind it, 'runs:'.");
        var yaml = new StringBuilder("inputs:\n");
        foreach (var (name, input) in declared.Inputs)
        {
            yaml.Append($"  {name}:\n");
            AppendDescription(yaml, input.Description);
            if (input.Required) yaml.Append("    required: true\n");
            if (input.Default is not null) yaml.Append($"    default: {Scalar(input.Default)}\n");
        }

        yaml.Append("\noutputs:\n");
        foreach (var (name, output) in declared.Outputs)
        {
            yaml.Append($"  {name}:\n");
            AppendDescription(yaml, output.Description);
        }

        return string.Concat(text.AsSpan(0, start), yaml.Append('\n').ToString(), text.AsSpan(end));
    }

    /// <summary>The text of a README with its tables of inputs and outputs written anew; the rest stays.</summary>
    public static string WithTables(string text, ActionManifest manifest) =>
        Between(Between(text, "inputs", InputTable(manifest)), "outputs", OutputTable(manifest));

    public static string InputTable(ActionManifest manifest) => Table(
        ["Input", "Default", "Description"],
        manifest.Inputs.Select(input => new[]
        {
            $"`{input.Key}`",
            input.Value.Required ? "**required**" : string.IsNullOrEmpty(input.Value.Default) ? "" : $"`{input.Value.Default.Replace("\n", "` `", StringComparison.Ordinal)}`",
            input.Value.Description,
        }));

    public static string OutputTable(ActionManifest manifest) =>
        Table(["Output", "Description"], manifest.Outputs.Select(output => new[] { $"`{output.Key}`", output.Value.Description }));

    public static string Table(string[] head, IEnumerable<string[]> rows)
    {
        var lines = rows.Select(row => Line(row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))))
            .Prepend("|" + string.Concat(head.Select(_ => "---|")))
            .Prepend(Line(head));
        return string.Join('\n', lines);

        static string Line(IEnumerable<string> cells) => string.Concat(cells.Select(cell => cell.Length == 0 ? "| " : $"| {cell} ")) + "|";
    }

    private static string Between(string text, string marker, string content)
    {
        var (open, close) = ($"<!-- {marker} -->\n", $"<!-- /{marker} -->");
        var start = text.IndexOf(open, StringComparison.Ordinal) + open.Length;
        var end = text.IndexOf(close, StringComparison.Ordinal);
        if (start < open.Length || end < start) throw new FormatException($"The README needs the lines '{open.Trim()}' and '{close}'.");
        return string.Concat(text.AsSpan(0, start), content, "\n", text.AsSpan(end));
    }

    private static void AppendDescription(StringBuilder yaml, string description)
    {
        var plain = $"    description: {description}";
        if (plain.Length <= Width && PlainText().IsMatch(description))
        {
            yaml.Append(plain).Append('\n');
            return;
        }

        yaml.Append("    description: >-\n");
        var line = new StringBuilder();
        foreach (var word in description.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && 6 + line.Length + 1 + word.Length > Width) Flush();
            if (line.Length > 0) line.Append(' ');
            line.Append(word);
        }

        Flush();

        void Flush()
        {
            yaml.Append("      ").Append(line).Append('\n');
            line.Clear();
        }
    }

    private static string Scalar(string value) => PlainWord().IsMatch(value) && !Ambiguous().IsMatch(value)
        ? value
        : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    /// <summary>A sentence that YAML reads as it stands.</summary>
    [GeneratedRegex(@"^[A-Za-z]((?!: | #)[^\r\n])*[^\s:]$")]
    private static partial Regex PlainText();

    [GeneratedRegex(@"^[A-Za-z.][\w./-]*$")]
    private static partial Regex PlainWord();

    /// <summary>Words that one or the other version of YAML takes for something else than text.</summary>
    [GeneratedRegex("^(y|n|yes|no|on|off|true|false|null)$", RegexOptions.IgnoreCase)]
    private static partial Regex Ambiguous();
}

using System.Text;
using Actions.Shared.GitHub;

namespace Actions.Shared.Plans;

/// <summary>A part of a page under a heading.</summary>
/// <param name="Heading">The Markdown of the heading, with its line end; may be empty.</param>
/// <param name="Entries">What stands in it, the most important first.</param>
internal sealed record MarkdownSection(string Heading, IReadOnlyList<MarkdownEntry> Entries);

/// <summary>Something that is shown on one line, or with its details where there is room.</summary>
/// <param name="Line">Markdown of one or a few lines, with its line end.</param>
/// <param name="Details">Markdown of the details, to follow the line; null when there are none.</param>
internal sealed record MarkdownEntry(string Line, Func<string>? Details = null);

/// <summary>Fits sections into a number of bytes: first a line for each entry in their order, then details in the same order while there is room.</summary>
internal static class MarkdownBudget
{
    // Details are cut rather than left out only if enough of them remains to be of use.
    private const int LeastDetails = 600;

    /// <summary>The page: <paramref name="head"/>, what fits of the sections, and a line about what does not.</summary>
    /// <param name="head">Always there, cut if it has to be.</param>
    /// <param name="sections">The most important first.</param>
    /// <param name="foot">There whatever else is left out, unless it needs more than a quarter of the page.</param>
    /// <param name="budget">Most bytes of UTF-8, at least 1,000.</param>
    public static RenderedMarkdown Fit(string head, IReadOnlyList<MarkdownSection> sections, string foot, int budget)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, 1_000);
        var note = Note(int.MaxValue, int.MaxValue);
        // It is one line, and half of it may be half of an element.
        foot = Size(foot) > budget / 4 ? "\n" : foot;
        var room = budget - Size(foot) - Size(note);
        head = Size(head) > room ? Line(MarkdownCut.At(head, room - 1)) : head;
        room -= Size(head);

        var shown = sections.Select(s => new string?[s.Entries.Count]).ToArray();
        var hidden = 0;
        for (var s = 0; s < sections.Count; s++)
        {
            var heading = Size(sections[s].Heading);
            for (var e = 0; e < sections[s].Entries.Count; e++)
            {
                var line = sections[s].Entries[e].Line;
                var cost = heading + Size(line);
                if (cost > room)
                {
                    hidden++;
                    continue;
                }

                shown[s][e] = line;
                (room, heading) = (room - cost, 0);
            }
        }

        var shortened = 0;
        for (var s = 0; s < sections.Count; s++)
        {
            for (var e = 0; e < sections[s].Entries.Count; e++)
            {
                if (shown[s][e] is null || sections[s].Entries[e].Details is not { } details)
                    continue;
                if (room < LeastDetails)
                {
                    shortened++;
                    continue;
                }

                var text = details();
                if (Size(text) > room)
                {
                    shortened++;
                    text = Line(MarkdownCut.At(text, room - 1));
                }

                room -= Size(text);
                shown[s][e] += text;
            }
        }

        var page = new StringBuilder(head);
        for (var s = 0; s < sections.Count; s++)
        {
            if (!shown[s].Any(e => e is not null))
                continue;
            page.Append(sections[s].Heading);
            foreach (var entry in shown[s])
                page.Append(entry);
        }

        return new RenderedMarkdown(page.Append(hidden + shortened > 0 ? Note(shortened, hidden) : "").Append(foot).ToString(), shortened, hidden);
    }

    private static string Note(int shortened, int hidden)
    {
        string[] parts =
        [
            .. hidden > 0 ? (string[])[$"{PlanSentence.Number(hidden)} {(hidden == 1 ? "entry is" : "entries are")} left out"] : [],
            .. shortened > 0 ? (string[])[$"{PlanSentence.Number(shortened)} {(shortened == 1 ? "is" : "are")} shown without {(shortened == 1 ? "its" : "their")} details"] : [],
        ];
        return $"\n> **{string.Join(", ", parts)}**, the least dangerous first, to stay within the size that GitHub takes. The report file holds all of it.\n";
    }

    // A line that was cut in its middle has lost its end.
    private static string Line(string text) => text.EndsWith('\n') ? text : text.Length == 0 ? "\n" : text + "\n";

    private static int Size(string text) => Encoding.UTF8.GetByteCount(text);
}

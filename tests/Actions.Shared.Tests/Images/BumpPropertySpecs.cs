using System.Text;
using Actions.Shared.Manifests;
using FsCheck;
using FsCheck.Fluent;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using static Actions.Shared.Tests.Images.Bump;

namespace Actions.Shared.Tests.Images;

/// <summary>Random files with random images: YamlDotNet, which the engine does not ask, must see exactly the intended change, and the way back must restore the bytes.</summary>
public sealed class BumpPropertySpecs
{
    private static readonly Gen<string> Tags = Gen.Elements(
        "1", "v1", "1.9", "1.10", "1.27-alpine", "0755", "0e12345", "553640e6", "2024-06-27", "latest", "on", "no", "null", "1_000", "0x1F", "7f3a9c1", "1.2.3");

    private static readonly Gen<string> Quotes = Gen.Elements("", "", "'", "\"");

    private static readonly Gen<string> Spaces = Gen.Elements(" ", " ", "   ", " \t");

    private static readonly Gen<string> Comments = Gen.Elements("", "", " # app:1", "   # image: team/app:3\t", " #");

    private static readonly Gen<(string Path, string Text)> Files =
        from tag in Tags
        from quote in Quotes
        from space in Spaces
        from comment in Comments
        from anchor in Gen.Elements("", "", "&x ", "!!str ")
        from indent in Gen.Elements("  ", "    ")
        from noise in Gen.Elements("", "# é 😀\n", "other: [a, {b: c}] # x\n", "text: |\n  image: team/app:1\n  tag: v1\n\n")
        from kind in Gen.Choose(0, 4)
        from end in Gen.Elements("\n", "", "\n\n", "\n---\n", "\n...\n")
        from crlf in Gen.Elements(false, false, true)
        from mark in Gen.Elements("", "", "\uFEFF")
        let value = quote + tag + quote
        let whole = quote + "team/app:" + tag + quote
        let body = kind switch
        {
            0 => ("values.yaml", $"{noise}image:\n{indent}repository: team/app\n{indent}tag:{space}{anchor}{value}{comment}"),
            1 => ("values.yaml", $"{noise}image: {{repository: team/app, \"tag\" :{space}{anchor}{value} }}{comment}"),
            2 => ("kustomization.yaml", $"{noise}images:\n-{indent[1..]}newTag:{space}{anchor}{value}{comment}\n{indent}name: team/app"),
            3 => ("pod.yaml", $"{noise}apiVersion: v1\nkind: Pod\nspec:\n{indent}containers:\n{indent}- name: a\n{indent}  image:{space}{anchor}{whole}{comment}"),
            _ => ("pod.yaml", $"apiVersion: v1\nkind: Pod\nspec: {{containers: [{{name: a, image:{space}{anchor}{whole} }}]}}{comment}\n{noise.TrimEnd()}"),
        }
        let text = body.Item2 + end
        select (body.Item1, mark + (crlf ? text.Replace("\n", "\r\n", StringComparison.Ordinal) : text));

    [Fact]
    public void Any_edit_reads_as_exactly_the_intended_change() =>
        Prop.ForAll(Arb.From(Files), Arb.From(Tags), (file, tag) =>
        {
            var bump = PlanIn(file.Path, file.Text, "team/app:" + tag);
            bump.Refusals.ShouldBeEmpty(file.Text);

            var before = Events(bump.OldText);
            var after = Events(bump.NewText);
            after.Count.ShouldBe(before.Count, file.Text);
            var different = Enumerable.Range(0, before.Count).Where(i => before[i].Value != after[i].Value).ToList();
            different.Count.ShouldBeLessThanOrEqualTo(1, file.Text);
            var edited = bump.Edits.ShouldHaveSingleOrNone();
            foreach (var i in different)
            {
                after[i].Value.ShouldBe(edited!.New);
                edited.New.ShouldEndWith(tag);
            }

            // Every reader must take the value for text: quoted, tagged, or plain and of no other type.
            foreach (var scalar in after.Where(s => edited is not null && s.Value == edited.New))
            {
                (scalar.Style != ScalarStyle.Plain || scalar.Tag.Length > 0 || ScalarTyping.Resolve(scalar.Value, YamlScalarStyle.Plain) == YamlScalarType.String)
                    .ShouldBeTrue(bump.NewText);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void There_and_back_restores_the_bytes() =>
        Prop.ForAll(Arb.From(Files), Arb.From(Tags), (file, tag) =>
        {
            // The first bump settles the quotes, which no later one changes unless it must.
            var settled = PlanIn(file.Path, file.Text, "team/app:1.10").NewText;
            var there = PlanIn(file.Path, settled, "team/app:" + tag);
            var back = PlanIn(file.Path, there.NewText, "team/app:1.10");

            back.NewText.ShouldBe(settled);
            var plain = PlanIn(file.Path, file.Text.Replace("\uFEFF", "", StringComparison.Ordinal), "team/app:v2.3.4").NewText;
            var again = PlanIn(file.Path, plain, "team/app:v2.3.5").NewText;
            PlanIn(file.Path, again, "team/app:v2.3.4").NewText.ShouldBe(plain);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_but_the_value_changes_in_the_bytes() =>
        Prop.ForAll(Arb.From(Files), Arb.From(Tags), (file, tag) =>
        {
            var bump = PlanIn(file.Path, file.Text, "team/app:" + tag);
            var (old, now) = (Encoding.UTF8.GetBytes(file.Text), bump.Bytes(bump.NewText));
            var same = 0;
            while (same < Math.Min(old.Length, now.Length) && old[same] == now[same])
            {
                same++;
            }

            var tail = 0;
            while (tail < Math.Min(old.Length, now.Length) - same && old[^(tail + 1)] == now[^(tail + 1)])
            {
                tail++;
            }

            var limit = "\"team/app:1.27-alpine\"".Length;
            (old.Length - same - tail).ShouldBeLessThanOrEqualTo(limit, file.Text);
            (now.Length - same - tail).ShouldBeLessThanOrEqualTo(limit, file.Text);
        }).QuickCheckThrowOnFailure();

    private static List<(string Value, ScalarStyle Style, string Tag)> Events(string text)
    {
        var parser = new Parser(new StringReader(text));
        var events = new List<(string, ScalarStyle, string)>();
        while (parser.MoveNext())
        {
            events.Add(parser.Current is Scalar scalar
                ? (scalar.Value, scalar.Style, scalar.Tag.IsEmpty ? "" : scalar.Tag.Value)
                : (parser.Current!.GetType().Name, default, "event"));
        }

        return events;
    }
}

internal static class PropertyAssertions
{
    public static T? ShouldHaveSingleOrNone<T>(this IReadOnlyList<T> items) where T : class
    {
        items.Count.ShouldBeLessThanOrEqualTo(1);
        return items.Count == 0 ? null : items[0];
    }
}

using Actions.Shared.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Actions.Shared.Tests.Text;

public sealed class SuggestionsSpecs
{
    private static readonly string[] Fields =
    [
        "replicas", "selector", "template", "strategy", "minReadySeconds", "containers", "initContainers", "imagePullPolicy", "image",
        "env", "envFrom", "ports", "port", "name", "resources", "volumeMounts", "terminationGracePeriodSeconds",
    ];

    [Theory]
    [InlineData("replcas", "replicas")]
    [InlineData("Replicas", "replicas")]
    [InlineData("REPLICAS", "replicas")]
    [InlineData("replciass", "replicas")]
    [InlineData("templates", "template")]
    [InlineData("continers", "containers")]
    [InlineData("imagepullpolicy", "imagePullPolicy")]
    [InlineData("image_pull_policy", "imagePullPolicy")]
    [InlineData("image-pull-policy", "imagePullPolicy")]
    [InlineData("enx", "env")]
    [InlineData("prots", "ports")]
    [InlineData("volumeMount", "volumeMounts")]
    [InlineData("terminationGracePeriod", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("completelyDifferent", null)]
    public void The_name_that_was_probably_meant_is_found(string word, string? expected) =>
        Suggestions.Closest(word, Fields).ShouldBe(expected);

    [Fact]
    public void The_word_itself_is_no_suggestion() => Suggestions.Closest("port", ["port", "ports"]).ShouldBe("ports");

    [Fact]
    public void A_difference_of_case_beats_an_edit() => Suggestions.Closest("Ports", ["port", "ports"]).ShouldBe("ports");

    [Fact]
    public void A_word_without_letters_in_common_is_not_near() => Suggestions.Closest("abc", ["xyz", "a"]).ShouldBeNull();

    [Fact]
    public void A_very_long_word_costs_nothing_and_matches_by_case_only()
    {
        var word = new string('x', 100_000);
        Suggestions.Closest(word, ["name", word[1..]]).ShouldBeNull();
        Suggestions.Closest(word, ["name", word.ToUpperInvariant()]).ShouldBe(word.ToUpperInvariant());
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("ab", "ba", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("abc", "abcd", 1)]
    [InlineData("abc", "", 3)]
    public void Edits_are_insertions_deletions_replacements_and_swaps(string left, string right, int distance)
    {
        Suggestions.EditDistance(left, right, 10, ignoreCase: false).ShouldBe(distance);
        Suggestions.EditDistance(right, left, 10, ignoreCase: false).ShouldBe(distance);
    }

    [Fact]
    public void The_order_of_the_candidates_does_not_matter() =>
        Prop.ForAll<string[], string>((candidates, word) =>
        {
            var known = candidates.Where(c => c is not null).ToArray();
            return Suggestions.Closest(word ?? "", known) == Suggestions.Closest(word ?? "", known.Reverse());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_swap_or_one_missing_letter_leads_back_to_the_field() =>
        Prop.ForAll(Gen.Elements("replicas", "containers", "imagePullPolicy", "selector", "resources").ToArbitrary(), Gen.Choose(0, 7).ToArbitrary(), (field, at) =>
            Suggestions.Closest(field.Remove(at % field.Length, 1), Fields) == field).QuickCheckThrowOnFailure();
}

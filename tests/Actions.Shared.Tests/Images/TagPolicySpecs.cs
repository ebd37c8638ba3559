using Actions.Shared.Images;
using Actions.Shared.Images.Policies;
using Actions.Shared.Images.Registries;
using Actions.Shared.Tests.Processes;
using static Actions.Shared.Tests.Images.Bump;

namespace Actions.Shared.Tests.Images;

/// <summary>Which tag a policy chooses, and what guards an image.</summary>
public sealed class TagPolicySpecs
{
    [Theory]
    [InlineData("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0 0.9.0 1.3.0-rc.1")]
    [InlineData("^1.2", "1.2.0 1.9.0", "1.1.9 2.0.0")]
    [InlineData("^1", "1.0.0 1.99.0", "0.9.9 2.0.0")]
    [InlineData("^0.2.3", "0.2.3 0.2.9", "0.2.2 0.3.0")]
    [InlineData("^0.0.3", "0.0.3", "0.0.2 0.0.4")]
    [InlineData("^0.0", "0.0.0 0.0.9", "0.1.0")]
    [InlineData("^0", "0.0.1 0.9.9", "1.0.0")]
    [InlineData("~1.2.3", "1.2.3 1.2.9", "1.2.2 1.3.0")]
    [InlineData("~1.2", "1.2.0 1.2.9", "1.3.0 1.1.9")]
    [InlineData("~1", "1.0.0 1.9.9", "2.0.0")]
    [InlineData("~>1.2.3", "1.2.9", "1.3.0")]
    [InlineData("1.2.3", "1.2.3 v1.2.3", "1.2.4")]
    [InlineData("=1.2.3", "1.2.3", "1.2.2")]
    [InlineData("1.2", "1.2.0 1.2.7 1.2", "1.3.0")]
    [InlineData("1.x", "1.0.0 1.7.0", "2.0.0 0.9.0")]
    [InlineData("1.2.X", "1.2.0", "1.3.0")]
    [InlineData("*", "0.0.1 9.9.9", "1.0.0-rc.1")]
    [InlineData("x", "0.0.1 9.9.9", "1.0.0-rc.1")]
    [InlineData(">1.2.3", "1.2.4", "1.2.3")]
    [InlineData(">1.2", "1.3.0", "1.2.9")]
    [InlineData(">1", "2.0.0", "1.9.9")]
    [InlineData(">*", "", "0.0.0 1.0.0")]
    [InlineData(">=1.2", "1.2.0 3.0.0", "1.1.9")]
    [InlineData("=>1.2.3", "1.2.3", "1.2.2")]
    [InlineData("<2", "1.9.9", "2.0.0 2.1.0")]
    [InlineData("<=2", "2.0.0 2.9.9", "3.0.0")]
    [InlineData("<=1.2.3", "1.2.3", "1.2.4")]
    [InlineData("!=1.2.3", "1.2.4", "1.2.3")]
    [InlineData("!=1.x", "2.0.0", "1.2.3")]
    [InlineData(">=1.0 <2.0", "1.0.0 1.9.9", "2.0.0 0.9.9")]
    [InlineData(">=1.0, <2.0", "1.0.0 1.9.9", "2.0.0")]
    [InlineData(">= 1.0 , < 2.0", "1.0.0 1.9.9", "2.0.0")]
    [InlineData("^1.2 || ^3", "1.2.0 3.4.5", "2.0.0 4.0.0")]
    [InlineData("1.2 - 1.4.5", "1.2.0 1.4.5", "1.4.6 1.1.9")]
    [InlineData("1.2.3 - 2", "1.2.3 2.9.9", "3.0.0 1.2.2")]
    [InlineData(">=1.0.0-0", "1.0.0 1.1.0-rc.1 2.0.0-alpha", "0.9.0")]
    [InlineData("^1.0.0-0", "1.0.0-alpha 1.1.0-rc.1", "2.0.0-rc.1 2.0.0")]
    [InlineData("~1.2.3-beta.2", "1.2.3-beta.2 1.2.3-beta.10 1.2.3 1.2.4-alpha", "1.2.3-beta.1 1.3.0-0")]
    [InlineData(">=1.0.0-0 <2.0.0", "1.5.0-rc.1 2.0.0-rc.1", "2.0.0")]
    public void Knows_the_ranges_of_flux(string range, string inside, string outside)
    {
        var parsed = VersionRange.Parse(range);

        foreach (var (text, expected) in Words(inside).Select(t => (t, true)).Concat(Words(outside).Select(t => (t, false))))
        {
            SemanticVersion.TryParse(text, out var version).ShouldBeTrue();
            parsed.Contains(version!).ShouldBe(expected, $"{text} in {range}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("^")]
    [InlineData("latest")]
    [InlineData("1.2.3.4")]
    [InlineData(">=1.0 oops")]
    [InlineData("^1 ||")]
    [InlineData("1.0-")]
    public void Refuses_what_is_no_range(string range) => Should.Throw<FormatException>(() => VersionRange.Parse(range));

    [Fact]
    public void Orders_versions_by_precedence()
    {
        string[] ordered = ["1.0.0-0", "1.0.0-9", "1.0.0-10", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.10.0", "2.0.0"];
        var versions = ordered.Select(t => SemanticVersion.TryParse(t, out var v) ? v : throw new FormatException(t)).ToList();

        versions.Zip(versions.Skip(1)).ShouldAllBe(p => p.First < p.Second);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("20240627")]
    [InlineData("1.2.3.4")]
    [InlineData("01.2.3")]
    [InlineData("latest")]
    [InlineData("1.2.3-")]
    [InlineData("9999999999999999999.0.0")]
    public void Takes_no_date_or_commit_for_a_version(string text) => SemanticVersion.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("semver:^1.0", "1.0.0 1.10.0 1.9.0 2.0.0 latest 7f3a9c1 20240627 1.11.0-rc.1", "1.10.0", 3, 3)]
    [InlineData("semver:*", "1.2 1.2.0 v1.2.0", "v1.2.0", 3, 0)]
    [InlineData("semver:*", "1.2 1.2.0", "1.2.0", 2, 0)]
    [InlineData("semver:^3", "1.0.0 2.0.0", null, 0, 0)]
    [InlineData("alphabetical", "a c b", "c", 3, 0)]
    [InlineData("alphabetical:asc", "a B", "a", 2, 0)]
    [InlineData("alphabetical:desc", "b a c", "a", 3, 0)]
    [InlineData("numerical", "9 10 2 latest v3", "10", 3, 2)]
    [InlineData("numerical:desc", "9 10 2", "2", 3, 0)]
    [InlineData("numerical", "20240627123456788 20240627123456789 9007199254740993", "20240627123456789", 3, 0)]
    [InlineData("numerical", "007 7", "7", 2, 0)]
    [InlineData("newest", "a b", null, 0, 2)]
    public void Chooses(string policy, string tags, string? expected, int fitting, int skipped)
    {
        var choice = TagPolicy.Parse(policy).Choose(Words(tags).Select(t => new TagCandidate(t)));
        var reversed = TagPolicy.Parse(policy).Choose(Words(tags).Reverse().Select(t => new TagCandidate(t)));

        (choice.Tag, choice.Fitting, choice.Skipped).ShouldBe((expected, fitting, skipped));
        reversed.ShouldBe(choice);
    }

    [Fact]
    public void Chooses_what_was_built_last()
    {
        var day = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        TagPolicy.Parse("newest").Choose([new("a", day), new("b", day.AddDays(1)), new("c", day.AddDays(1)), new("d")])
            .ShouldBe(new TagChoice("c", 3, 0, 1, 0));
    }

    [Theory]
    [InlineData("numerical", "^main-[a-f0-9]+-(?P<ts>[0-9]+)$", "$ts", "main-aaa-9 main-bbb-10 dev-ccc-11 main-ddd-x", "main-bbb-10", 2, 0)]
    [InlineData("numerical", "^main-[a-f0-9]+-(?P<ts>[0-9]+)$", "${ts}", "main-aaa-9", "main-aaa-9", 0, 0)]
    [InlineData("numerical", "^([0-9]+)-([0-9]+)$", "$1$2", "20220209-4 20220209-3", "20220209-4", 0, 0)]
    [InlineData("semver:>=1", "^(.*)-alpine$", "$1", "1.2.0-alpine 1.10.0-alpine 1.11.0", "1.10.0-alpine", 1, 0)]
    [InlineData("numerical", "^v(?P<n>[0-9]*)$", "$n", "v v3", "v3", 0, 1)]
    [InlineData("alphabetical", "^[a-f0-9]{7}$", null, "abcdef0 1234567 latest", "abcdef0", 1, 0)]
    public void Filters_and_extracts(string policy, string pattern, string? extract, string tags, string expected, int filtered, int skipped)
    {
        var choice = (TagPolicy.Parse(policy) with { Filter = TagFilter.Parse(pattern, extract) }).Choose(Words(tags).Select(t => new TagCandidate(t)));

        (choice.Tag, choice.Filtered, choice.Skipped).ShouldBe((expected, filtered, skipped));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("semver", null)]
    [InlineData("semver:", null)]
    [InlineData("numerical:up", null)]
    [InlineData("newest:desc", null)]
    [InlineData("numerical", "(")]
    [InlineData("numerical", "(?=a)")]
    [InlineData("numerical", "(?P<a>x)|$b")]
    public void Refuses_what_is_no_policy(string policy, string? pattern) =>
        Should.Throw<FormatException>(() => TagPolicy.Parse(policy) with { Filter = pattern is null ? null : TagFilter.Parse(pattern, "$b") });

    [Theory]
    [InlineData("1.2.3", "1.2.4", false)]
    [InlineData("1.10.0", "1.9.0", true)]
    [InlineData("v2.0.0", "1.9.0", true)]
    [InlineData("1.2.0", "1.2.0-rc.1", true)]
    [InlineData("1.2.0-rc.2", "1.2.0-rc.1", true)]
    [InlineData("1.2.0-rc.1", "1.2.0", false)]
    [InlineData("1.27", "1.27-alpine", false)]
    [InlineData("1.27-bookworm", "1.27-alpine", false)]
    [InlineData("1.27-alpine", "1.26-alpine", true)]
    [InlineData("20240628", "20240627", true)]
    [InlineData("9", "10", false)]
    [InlineData("latest", "1.0.0", false)]
    [InlineData("7f3a9c1", "1234567", false)]
    public void Knows_a_downgrade(string from, string to, bool expected) => ImageGuards.IsDowngrade(from, to).ShouldBe(expected);

    [Theory]
    [InlineData("team/app:2.0.0", null, null, "")]
    [InlineData("team/app:1.0.0", "team/app:1.5.0", null, "downgrade")]
    [InlineData("team/app:1.0.0", "team/other:1.5.0", null, "")]
    [InlineData("team/app:2.0.0", "team/app:1.5.0", Digest, "")]
    [InlineData("team/app:2.0.0", "team/app:1.5.0", Other, "immutable")]
    [InlineData("team/app:2.0.0@" + Other, null, null, "immutable")]
    [InlineData("evil.example.com/app:2.0.0", null, null, "registry")]
    public void Guards_an_image(string target, string? current, string? recorded, string expected)
    {
        var guards = new ImageGuards { AllowedRegistries = ["docker.io/team", "*.good.example"], Platforms = [new("linux", "amd64")], MinimumAge = TimeSpan.FromDays(1) };
        var details = new ImageDetails(Digest, "", [new("linux", "arm64"), new("linux", "amd64")], new InstantTime().GetUtcNow().AddDays(-2));

        string.Join(",", guards.Check(Reference(target), details, current is null ? null : Reference(current), recorded, new InstantTime()).Select(f => f.Guard)).ShouldBe(expected);
    }

    [Fact]
    public void Guards_existence_platform_and_age()
    {
        var time = new InstantTime();
        var image = Reference("team/app:1");
        var guards = new ImageGuards { Platforms = [new("linux", "amd64"), new("linux", "s390x")], MinimumAge = TimeSpan.FromHours(3) };
        var young = new ImageDetails(Digest, "", [new("linux", "amd64")], time.GetUtcNow().AddHours(-1));

        guards.Check(image, null, null, null, time).Select(f => f.Guard).ShouldBe(["exists"]);
        guards.Check(image, young, null, null, time).Select(f => f.Guard).ShouldBe(["platform", "minimum-age"]);
        guards.Check(image, young with { Created = null }, null, null, time)[1].Message.ShouldContain("does not say when");
        guards.Check(image, young with { Platforms = [], Created = time.GetUtcNow().AddHours(-3) }, null, null, time).Select(f => f.Guard).ShouldBe(["platform", "platform"]);
        new ImageGuards().Check(image, young with { Created = null }, Reference("team/app:0"), null, time).ShouldBeEmpty();
        (new ImageGuards { AllowDowngrade = true }).Check(image, young, Reference("team/app:2"), null, time).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ghcr.io", "ghcr.io/a/b", true)]
    [InlineData("ghcr.io/a", "ghcr.io/a/b", true)]
    [InlineData("ghcr.io/a/", "ghcr.io/a/b", true)]
    [InlineData("ghcr.io/a", "ghcr.io/ab/c", false)]
    [InlineData("ghcr.io", "ghcr.io.evil.example/a", false)]
    [InlineData("*.example.com", "eu.example.com/a", true)]
    [InlineData("*.example.com", "example.com/a", false)]
    [InlineData("*.example.com", "notexample.com/a", false)]
    [InlineData("docker.io/library", "nginx", true)]
    [InlineData("docker.io/library/nginx", "nginx", true)]
    public void Knows_which_registries_are_allowed(string allowed, string image, bool expected) =>
        new ImageGuards { AllowedRegistries = [allowed] }.Check(Reference(image), new ImageDetails(Digest, "", [], null), null, null, TimeProvider.System).Count.ShouldBe(expected ? 0 : 1);

    [Fact]
    public void Bounds_the_number_of_files()
    {
        using var workspace = new TemporaryDirectory();
        workspace.Write("a.yaml", Deployment("image: app:1"));
        workspace.Write("b.yaml", Deployment("image: app:1"));
        var plan = BumpPlan.Make(workspace.Path, ["."], [ImageChange.Parse("app:2")], cancellation: TestContext.Current.CancellationToken);

        new ImageGuards { MaxFiles = 1 }.CheckFiles(plan)!.Message.ShouldBe("2 files would change; the limit is 1");
        new ImageGuards { MaxFiles = 2 }.CheckFiles(plan).ShouldBeNull();
        new ImageGuards().CheckFiles(plan).ShouldBeNull();
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static ImageReference Reference(string text)
    {
        ImageReference.TryParse(text, out var reference).ShouldBeTrue();
        return reference!;
    }
}

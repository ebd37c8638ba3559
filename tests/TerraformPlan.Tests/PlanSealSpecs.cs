using System.Text;
using Actions.Shared;

namespace Actions.TerraformPlanning.Tests;

public sealed class PlanSealSpecs
{
    private const string Secret = "correct horse battery staple";

    private static readonly PlanBinding Binding = new("octo-org/platform", 7, "ffac537e", "infra/prod", "hmac-sha256:01");

    private static readonly byte[] Plan = Encoding.UTF8.GetBytes("""{"password":"CANARY-PLAN"}""");

    public static TheoryData<string> Others => ["repository", "pull request", "commit", "root", "digest", "parts run together"];

    [Fact]
    public void A_sealed_plan_opens_for_what_it_belongs_to() => PlanSeal.Open(PlanSeal.Close(Plan, Secret, Binding), Secret, Binding, "x").ShouldBe(Plan);

    [Fact]
    public void It_shows_nothing_and_is_never_the_same_twice()
    {
        var one = PlanSeal.Close(Plan, Secret, Binding);

        Encoding.Latin1.GetString(one).ShouldNotContain("CANARY");
        PlanSeal.Close(Plan, Secret, Binding).ShouldNotBe(one);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void It_opens_for_nothing_else(string other)
    {
        var binding = other switch
        {
            "repository" => Binding with { Repository = "octo-org/other" },
            "pull request" => Binding with { PullRequest = 8 },
            "commit" => Binding with { Sha = "0000" },
            "root" => Binding with { Root = "infra/test" },
            "digest" => Binding with { Digest = "hmac-sha256:02" },
            _ => Binding with { Sha = Binding.Sha + Binding.Root, Root = "" },
        };

        var thrown = Should.Throw<ActionException>(() => PlanSeal.Open(PlanSeal.Close(Plan, Secret, Binding), Secret, binding, "prod.plan"));

        thrown.Title.ShouldBe("prod.plan does not open");
        thrown.Message.ShouldNotContain(Secret);
    }

    [Fact]
    public void It_does_not_open_with_another_secret() =>
        Should.Throw<ActionException>(() => PlanSeal.Open(PlanSeal.Close(Plan, Secret, Binding), Secret + "r", Binding, "x"));

    [Fact]
    public void Every_byte_of_it_counts()
    {
        var whole = PlanSeal.Close(Plan, Secret, Binding);
        for (var i = 0; i < whole.Length; i++)
        {
            var changed = (byte[])whole.Clone();
            changed[i] ^= 1;
            Should.Throw<ActionException>(() => PlanSeal.Open(changed, Secret, Binding, "x"), $"byte {i}");
        }

        Should.Throw<ActionException>(() => PlanSeal.Open(whole[..^1], Secret, Binding, "x"));
        Should.Throw<ActionException>(() => PlanSeal.Open([], Secret, Binding, "x"));
    }

    [Fact]
    public void The_key_for_digests_is_another_than_the_secret_and_stays_the_same()
    {
        PlanSeal.DigestKey(Secret).ShouldBe(PlanSeal.DigestKey(Secret));
        PlanSeal.DigestKey(Secret).Length.ShouldBe(32);
        PlanSeal.DigestKey(Secret).ShouldNotBe(PlanSeal.DigestKey(Secret + "r"));
    }
}
